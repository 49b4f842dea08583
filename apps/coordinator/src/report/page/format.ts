// Numbers, sizes and times as the report writes them.

const LANGUAGE = 'en';

/** Stands where nothing was measured. */
export const NOT_MEASURED = '–';

/** A number with exactly that many digits after the point. */
export function decimal(value: number | null | undefined, digits = 2): string {
  if (value === null || value === undefined) return NOT_MEASURED;
  return new Intl.NumberFormat(LANGUAGE, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value);
}

/** A difference with its sign; a true minus, and no sign for a difference that rounds to zero. */
export function difference(value: number | null, digits = 2): string {
  if (value === null) return NOT_MEASURED;
  const text = decimal(Math.abs(value), digits);
  if (Number(value.toFixed(digits)) === 0) return text;
  return `${value > 0 ? '+' : '−'}${text}`;
}

/** A whole number with separators. */
export function count(value: number): string {
  return new Intl.NumberFormat(LANGUAGE, { maximumFractionDigits: 0 }).format(value);
}

/** "1 round", "2 rounds". */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** A share between 0 and 1 in percent. */
export function share(value: number | null, digits = 0): string {
  return value === null ? NOT_MEASURED : `${decimal(100 * value, digits)} %`;
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Bytes in the largest unit that leaves at least 1, decimal as networks count. */
export function bytes(value: number | null): string {
  if (value === null) return NOT_MEASURED;
  const power = value < 1 ? 0 : Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log10(value) / 3));
  return `${threeDigits(value / 1000 ** power)} ${BYTE_UNITS[power] ?? 'B'}`;
}

/** Seconds of a step or of a run: milliseconds, seconds, or the two largest units. */
export function duration(seconds: number | null): string {
  if (seconds === null) return NOT_MEASURED;
  if (seconds > 0 && seconds < 1) return `${threeDigits(seconds * 1000)} ms`;
  if (seconds < 60) return `${threeDigits(seconds)} s`;
  const whole = Math.round(seconds);
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor(whole / 3600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'min'],
    [whole % 60, 's'],
  ];
  const first = parts.findIndex(([value]) => value > 0);
  return parts
    .slice(first, first + 2)
    .filter(([value]) => value > 0)
    .map(([value, unit]) => `${value} ${unit}`)
    .join(' ');
}

/** "a, b and c". */
export function list(items: readonly string[]): string {
  return new Intl.ListFormat('en-GB', { type: 'conjunction' }).format(items);
}

function threeDigits(value: number): string {
  return new Intl.NumberFormat(LANGUAGE, { maximumSignificantDigits: 3 }).format(value);
}
