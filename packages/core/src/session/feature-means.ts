// What the devices of a round look like to the discriminator: features of one batch, averaged over several steps.
import type { PlainTensor } from '../tensors/index.ts';

/**
 * How many real images of a device its features speak for, at least: one batch of the paper's size. Means over smaller
 * batches are noisy, and clusters and divergences with them.
 */
export const FEATURE_IMAGES = 64;

/** How many of a round's last steps give features, for a batch of this size. */
export function featureSteps(batch: number): number {
  return Math.ceil(FEATURE_IMAGES / batch);
}

/** The mean of all features that a device has given since the start. */
export class FeatureMeans {
  readonly #sums = new Map<string, { readonly shape: readonly number[]; sum: Float64Array; count: number }>();

  /** Adds the features of one step, by device; one device's have the same shape every time. */
  add(features: ReadonlyMap<string, PlainTensor>): void {
    for (const [id, { shape, data }] of features) {
      const known = this.#sums.get(id) ?? { shape, sum: new Float64Array(data.length), count: 0 };
      this.#sums.set(id, {
        shape,
        sum: known.sum.map((value, i) => value + (data[i] ?? NaN)),
        count: known.count + 1,
      });
    }
  }

  /** The device's mean; undefined for one that gave none. */
  of(id: string): PlainTensor | undefined {
    const known = this.#sums.get(id);
    if (!known) return undefined;
    const { shape, sum, count } = known;
    return { shape, data: Float32Array.from(sum, (value) => value / count) };
  }
}
