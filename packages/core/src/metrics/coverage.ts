// Which classes a generator draws, by the classifier of the domain's own images.
import { mostProbable } from './probabilities.ts';

/** How a set of images spreads over the classes. */
export interface Coverage {
  /** The share of images that the classifier assigns to each class, 0 to 1. */
  readonly shares: readonly number[];
  /** Classes that have at least a tenth of an equal share, 1 / (10 classes). */
  readonly covered: number;
  /** -Σ share ln share in nats: 0 when all images are of one class, ln(classes) when they spread equally. */
  readonly entropy: number;
}

/** A class counts as covered from this part of an equal share on. */
const COVERED_PART = 0.1;

/** The coverage of images with these `probabilities` [n, classes]; throws a RangeError when there are no whole rows. */
export function coverage(probabilities: Float32Array, classes: number): Coverage {
  const assigned = mostProbable(probabilities, classes);
  const shares = new Array<number>(classes).fill(0);
  const counts = new Uint32Array(classes);
  for (const label of assigned) counts[label] = (counts[label] ?? 0) + 1;
  counts.forEach((count, label) => (shares[label] = count / assigned.length));
  return {
    shares,
    // In whole images, because a share of exactly the bound may be rounded below it.
    covered: counts.filter((count) => count * classes >= COVERED_PART * assigned.length).length,
    entropy: shares.reduce((sum, share) => (share === 0 ? sum : sum - share * Math.log(share)), 0),
  };
}
