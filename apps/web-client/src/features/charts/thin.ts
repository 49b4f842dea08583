// Fewer points for a chart: means over equal stretches, so that the line's course stays.

/** At most `limit` points; every field becomes the mean of its stretch, the order stays. */
export function thin<T extends Readonly<Record<keyof T, number>>>(
  points: readonly T[],
  limit: number,
): readonly T[] {
  if (points.length <= limit) return points;
  return Array.from({ length: limit }, (_, i) => {
    const from = Math.floor((i * points.length) / limit);
    const to = Math.floor(((i + 1) * points.length) / limit);
    return meanOf(points.slice(from, to));
  });
}

function meanOf<T extends Readonly<Record<keyof T, number>>>(points: readonly T[]): T {
  const sums = new Map<string, number>();
  for (const point of points) {
    for (const [field, value] of Object.entries<number>(point))
      sums.set(field, (sums.get(field) ?? 0) + value);
  }
  // The fields are those of T, because every point is a T.
  return Object.fromEntries([...sums].map(([field, sum]) => [field, sum / points.length])) as T;
}
