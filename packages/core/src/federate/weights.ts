// How much each device counts in an average: its images, less where its activations diverge from the others'.

/** What a device brings to an average. */
export interface Contribution {
  readonly id: string;
  /** n_i, already capped by the run. */
  readonly samples: number;
  /** KLD_i within the set that is averaged; 0 where the average is by samples alone. */
  readonly divergence: number;
}

/** The number of images a device counts with: what it claims, at most what the run allows. */
export function cappedSamples(claimed: number, cap: number): number {
  return Math.min(claimed, cap);
}

/**
 * w_i = n_i exp(-alpha KLD_i) / sum_j n_j exp(-alpha KLD_j) over all contributions (arXiv 2507.12979); they sum to 1,
 * and a set of one weighs 1. The smallest divergence is subtracted first, which cancels and keeps the sum above zero.
 */
export function globalWeights(contributions: readonly Contribution[], alpha: number): Map<string, number> {
  if (!(alpha >= 0 && Number.isFinite(alpha)))
    throw new RangeError(`alpha must be a number of at least 0, not ${alpha}`);
  for (const { id, samples, divergence } of contributions) {
    if (!(samples > 0 && Number.isFinite(samples)) || !Number.isFinite(divergence))
      throw new RangeError(
        `device ${id} needs a positive number of samples and a finite divergence, not ${samples} and ${divergence}`,
      );
  }
  const smallest = Math.min(...contributions.map(({ divergence }) => divergence));
  const masses = contributions.map(
    ({ id, samples, divergence }) => [id, samples * Math.exp(-alpha * (divergence - smallest))] as const,
  );
  const total = masses.reduce((sum, [, mass]) => sum + mass, 0);
  return new Map(masses.map(([id, mass]) => [id, mass / total]));
}

/** The same weights within each cluster: those of one cluster sum to 1. Devices without a cluster get none. */
export function clusterWeights(
  contributions: readonly Contribution[],
  clusters: ReadonlyMap<string, number>,
  alpha: number,
): Map<string, number> {
  const weights = new Map<string, number>();
  for (const cluster of new Set(clusters.values())) {
    const members = contributions.filter(({ id }) => clusters.get(id) === cluster);
    for (const [id, weight] of globalWeights(members, alpha)) weights.set(id, weight);
  }
  return weights;
}
