// Weights that favour the larger score.

/**
 * softmax_i(score) = exp(score_i) / sum_j exp(score_j), in 64 bits, in the order given; the largest score is subtracted
 * first, which cancels. Throws a RangeError about a score that is not finite, or when there is none.
 */
export function softmax(scores: readonly number[]): number[] {
  if (scores.length === 0) throw new RangeError('weights need at least one score');
  for (const score of scores)
    if (!Number.isFinite(score)) throw new RangeError(`a score must be a finite number, not ${score}`);
  const largest = Math.max(...scores);
  const masses = scores.map((score) => Math.exp(score - largest));
  const total = masses.reduce((sum, mass) => sum + mass, 0);
  return masses.map((mass) => mass / total);
}
