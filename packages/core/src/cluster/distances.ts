// Squared Euclidean distances between all points: all that k-means and the silhouette need to know.

/** A symmetric table: row i holds the squared distances of point i to all points. */
export type SquaredDistances = readonly Float64Array[];

/** Computes the table in doubles; throws when points differ in length or hold a value that is not finite. */
export function squaredDistances(points: readonly Float32Array[]): SquaredDistances {
  const length = points[0]?.length ?? 0;
  points.forEach((point, index) => {
    if (point.length !== length)
      throw new RangeError(`point ${index} has ${point.length} values where the first has ${length}`);
    if (!point.every(Number.isFinite))
      throw new RangeError(`point ${index} holds a value that is not finite`);
  });
  return points.map((a) => Float64Array.from(points, (b) => squaredDistance(a, b)));
}

function squaredDistance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] ?? NaN) - (b[i] ?? NaN)) ** 2;
  return sum;
}
