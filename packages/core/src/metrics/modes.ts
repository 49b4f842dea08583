// Which modes of a mixture a generator hits, and how many of its points lie near any.

/** How a set of points spreads over the modes. */
export interface ModeCoverage {
  /** The share of all points that lie near each mode; what is near none counts in no mode. */
  readonly shares: readonly number[];
  /** Modes that have at least a tenth of an equal share, 1 / (10 modes). */
  readonly hit: number;
  /** The share of points within three standard deviations of their nearest mean, in the plane. */
  readonly nearby: number;
}

/** Standard deviations within which a point counts as one of the mode. */
const NEAR_DEVIATIONS = 3;
/** Divides an equal share to the least that counts as hit: stray points hit nothing. */
const HIT_PART = 1 / 10;

/**
 * The coverage of `points` [n, 2], given one after the other, of modes with these means and this standard deviation of each
 * coordinate. Of points from the mixture itself 98.9 % are near. Throws a RangeError without whole points or modes.
 */
export function modeCoverage(
  points: ArrayLike<number>,
  {
    means,
    deviation,
  }: { readonly means: readonly (readonly [number, number])[]; readonly deviation: number },
): ModeCoverage {
  const count = points.length / 2;
  if (count === 0 || !Number.isInteger(count) || means.length === 0)
    throw new RangeError(`${points.length} numbers are no points of ${means.length} modes`);
  const near = new Uint32Array(means.length);
  for (let i = 0; i < count; i++) {
    const distances = means.map(([x, y]) =>
      Math.hypot((points[2 * i] ?? NaN) - x, (points[2 * i + 1] ?? NaN) - y),
    );
    const nearest = distances.indexOf(Math.min(...distances));
    if ((distances[nearest] ?? Infinity) <= NEAR_DEVIATIONS * deviation)
      near[nearest] = (near[nearest] ?? 0) + 1;
  }
  const shares = Array.from(near, (points) => points / count);
  return {
    shares,
    hit: shares.filter((share) => share >= HIT_PART / means.length).length,
    nearby: shares.reduce((sum, share) => sum + share, 0),
  };
}
