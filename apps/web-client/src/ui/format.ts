// Numbers, sizes and times in the language of the messages.

/** Words and numbers must agree: units stand inside sentences. Goes with `messages.ts` when that is translated. */
const LANGUAGE = 'en';
/** The same language, in the region that writes "a, b and c". */
const LIST_LANGUAGE = 'en-GB';

/** A whole number with separators. */
export function formatCount(value: number): string {
  return new Intl.NumberFormat(LANGUAGE, { maximumFractionDigits: 0 }).format(value);
}

/** A number with exactly that many digits after the point. */
export function formatDecimal(value: number, digits = 2): string {
  return new Intl.NumberFormat(LANGUAGE, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value);
}

/** A share between 0 and 1 as a percentage. */
export function formatShare(value: number): string {
  return new Intl.NumberFormat(LANGUAGE, { style: 'percent', maximumFractionDigits: 0 }).format(value);
}

const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** Bytes in the largest unit that leaves at least 1, decimal as networks count. */
export function formatBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  return new Intl.NumberFormat(LANGUAGE, {
    style: 'unit',
    unit: BYTE_UNITS[power] ?? 'byte',
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumSignificantDigits: 3,
  }).format(bytes / 1000 ** power);
}

/** Seconds of a step: milliseconds below a second, else two or three digits. */
export function formatStepSeconds(seconds: number): string {
  return seconds < 1
    ? unit(Math.round(seconds * 1000), 'millisecond')
    : unit(Number(seconds.toPrecision(3)), 'second');
}

/** A duration in its two largest units: "3 min 20 sec". */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts: [number, string][] = [
    [Math.floor(whole / 86_400), 'day'],
    [Math.floor(whole / 3600) % 24, 'hour'],
    [Math.floor(whole / 60) % 60, 'minute'],
    [whole % 60, 'second'],
  ];
  const first = parts.findIndex(([value]) => value > 0);
  if (first < 0) return unit(0, 'second');
  return parts
    .slice(first, first + 2)
    .filter(([value]) => value > 0)
    .map(([value, name]) => unit(value, name))
    .join(' ');
}

/** A duration in its largest unit, as narrow as it gets: "2m". */
export function formatShortDuration(seconds: number): string {
  const [value, name] =
    seconds < 60
      ? [seconds, 'second']
      : seconds < 3600
        ? [seconds / 60, 'minute']
        : seconds < 86_400
          ? [seconds / 3600, 'hour']
          : [seconds / 86_400, 'day'];
  return new Intl.NumberFormat(LANGUAGE, { style: 'unit', unit: name, unitDisplay: 'narrow' }).format(
    Math.round(value),
  );
}

/** The time of day of a moment in milliseconds since 1970, as the reader's own region writes it. */
export function formatTimeOfDay(atMs: number): string {
  return new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' }).format(atMs);
}

/** "a, b and c". */
export function formatList(items: readonly string[]): string {
  return new Intl.ListFormat(LIST_LANGUAGE, { type: 'conjunction' }).format(items);
}

function unit(value: number, name: string): string {
  return new Intl.NumberFormat(LANGUAGE, {
    style: 'unit',
    unit: name,
    unitDisplay: 'short',
    maximumSignificantDigits: 3,
  }).format(value);
}
