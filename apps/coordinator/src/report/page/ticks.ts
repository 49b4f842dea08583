// Round numbers along an axis.

/** About `wanted` round numbers from at most `low` to at least `high`; whole ones when asked. */
export function ticks(low: number, high: number, { wanted = 5, whole = false } = {}): readonly number[] {
  const range = high > low ? high - low : Math.max(1, Math.abs(high));
  const rough = range / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const nice = [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= rough) ?? rough;
  const step = whole ? Math.max(1, Math.round(nice)) : nice;
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil((high > low ? high : low + range) / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** Digits after the point that tell neighbouring ticks apart. */
export function tickDigits(values: readonly number[]): number {
  const step = Math.abs((values[1] ?? 1) - (values[0] ?? 0));
  return step >= 1 ? 0 : Math.min(6, Math.ceil(-Math.log10(step) - 1e-9));
}
