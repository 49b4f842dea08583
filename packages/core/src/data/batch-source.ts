// A fresh random minibatch for every step, always of exactly the size that is asked for.
import type { Random } from '../random.ts';
import { bytesPerImage, requireEnoughImages, type ImageSet } from './image-set.ts';

/** Images in NHWC order with pixels in [-1, 1], and their labels. */
export interface ImageBatch {
  readonly images: Float32Array;
  readonly labels: Int32Array;
}

/** Draws minibatches from a set; every step draws anew, as the paper's authors do, instead of sweeping epochs. */
export class BatchSource {
  readonly count: number;
  readonly #set: ImageSet;
  readonly #random: Random;
  readonly #order: Uint32Array;

  /** Throws the DataError `too-few-images` below MIN_IMAGES. */
  constructor(set: ImageSet, random: Random) {
    requireEnoughImages(set.labels.length);
    this.count = set.labels.length;
    this.#set = set;
    this.#random = random;
    this.#order = Uint32Array.from({ length: this.count }, (_, i) => i);
  }

  /** Exactly `batch` images: all different, unless the set holds fewer than `batch`. */
  draw(batch: number): ImageBatch {
    const size = bytesPerImage(this.#set.shape);
    const images = new Float32Array(batch * size);
    const labels = new Int32Array(batch);
    for (let i = 0; i < batch; i++) {
      const position = batch <= this.count ? this.#next(i) : this.#random.integer(this.count);
      labels[i] = this.#set.labels[position] ?? 0;
      const from = position * size;
      for (let p = 0; p < size; p++) images[i * size + p] = (this.#set.images[from + p] ?? 0) / 127.5 - 1;
    }
    return { images, labels };
  }

  /** Position i of a shuffle that is carried only as far as needed (Fisher and Yates). */
  #next(i: number): number {
    const order = this.#order;
    const j = i + this.#random.integer(this.count - i);
    const chosen = order[j] ?? 0;
    order[j] = order[i] ?? 0;
    order[i] = chosen;
    return chosen;
  }
}
