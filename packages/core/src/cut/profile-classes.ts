// Devices grouped by what they can do, so that the search has few genes.

/** The most classes that the search gets genes for. */
export const MAX_CLASSES = 8;
/** Devices whose times differ by less than this share under every cut are one class from the start. */
const ALIKE = 0.01;

/**
 * Groups devices by their step times: `times[i]` holds device i's seconds under every cut, and two devices are as far
 * apart as the largest ratio of their times. The slowest device opens the first class, then whoever is farthest from
 * all classes the next, up to `maxClasses` (Gonzalez 1985: no class is more than twice as wide as it must be);
 * everybody joins the nearest. Returns each device's class, numbered from 0.
 */
export function profileClasses(
  times: readonly (readonly number[])[],
  maxClasses: number = MAX_CLASSES,
): number[] {
  const logs = times.map((row) => row.map((seconds) => Math.log(Math.max(seconds, Number.MIN_VALUE))));
  const total = (row: readonly number[]) => row.reduce((sum, value) => sum + value, 0);
  let centre = indexOfLargest(logs.map(total));
  let distances = logs.map(() => Infinity);
  const classes = logs.map(() => 0);
  for (let count = 0; count < maxClasses && centre >= 0; count++) {
    const opened = logs[centre] ?? [];
    distances = logs.map((row, index) => {
      const toOpened = Math.max(...row.map((value, cut) => Math.abs(value - (opened[cut] ?? value))));
      if (toOpened < (distances[index] ?? Infinity)) classes[index] = count;
      return Math.min(toOpened, distances[index] ?? Infinity);
    });
    centre = indexOfLargest(distances);
    if ((distances[centre] ?? 0) <= Math.log1p(ALIKE)) break;
  }
  return classes;
}

function indexOfLargest(values: readonly number[]): number {
  return values.reduce(
    (best, value, index) => (value > (values[best] ?? -Infinity) ? index : best),
    values.length > 0 ? 0 : -1,
  );
}
