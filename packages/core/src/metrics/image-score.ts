// The image score: the Inception Score with a classifier of the domain's own images (Salimans et al., arXiv 1606.03498).
import { rowCount } from './probabilities.ts';

/**
 * exp(mean over images x of KL(p(y|x) || p(y))), with p(y) the mean of all rows of `probabilities` [n, classes] and
 * 0 ln 0 = 0. From 1 (all rows alike) to `classes` (every image certain, every class equally often). Throws a
 * RangeError when there are no whole rows, or a number that is not finite.
 */
export function imageScore(probabilities: Float32Array, classes: number): number {
  const rows = rowCount(probabilities, classes);
  const mean = new Float64Array(classes);
  probabilities.forEach((p, i) => (mean[i % classes] = (mean[i % classes] ?? 0) + p / rows));
  let divergence = 0;
  probabilities.forEach((p, i) => {
    if (p !== 0) divergence += (p * Math.log(p / (mean[i % classes] ?? 0))) / rows;
  });
  if (!Number.isFinite(divergence)) throw new RangeError('a probability is negative or not a number');
  return Math.exp(divergence);
}
