// A fresh random minibatch for every step, always of exactly the size that is asked for.
import type { Random } from '../random.ts';
import { MOST_HELD_OUT, splitHeldOut } from './held-out.ts';
import { bytesPerImage, requireEnoughImages, takeImages, type ImageSet } from './image-set.ts';
import { MIN_IMAGES } from './limits.ts';

/** Images in NHWC order with pixels in [-1, 1], and their labels. */
export interface ImageBatch {
  readonly images: Float32Array;
  readonly labels: Int32Array;
}

/** Of every device, so that one that comes back with the same images sets the same ones aside. */
const HELD_OUT_SEED = 'held out';

/** Draws minibatches from a set; every step draws anew, as the paper's authors do, instead of sweeping epochs. */
export class BatchSource {
  readonly count: number;
  readonly shape: ImageSet['shape'];
  readonly classNames: readonly string[];
  /** How many labels there are among the images. */
  readonly labelsHeld: number;
  readonly #set: ImageSet;
  readonly #random: Random;
  /** Positions of the images that may be drawn. */
  #order: Uint32Array;

  /** Throws the DataError `too-few-images` below MIN_IMAGES. */
  constructor(set: ImageSet, random: Random) {
    requireEnoughImages(set.labels.length);
    this.count = set.labels.length;
    this.shape = set.shape;
    this.classNames = set.classNames;
    this.labelsHeld = new Set(set.labels).size;
    this.#set = set;
    this.#random = random;
    this.#order = Uint32Array.from({ length: this.count }, (_, i) => i);
  }

  /**
   * Images that are never drawn from now on, with their labels: about this share of all and at most 500, the same ones
   * every time; undefined, and nothing is set aside, where fewer than MIN_IMAGES would remain or none were taken.
   */
  setAside(share: number): ImageSet | undefined {
    const most = Math.min(share, MOST_HELD_OUT / this.count);
    const { training, heldOut } = splitHeldOut(this.count, { seed: HELD_OUT_SEED, share: most });
    if (heldOut.length === 0 || training.length < MIN_IMAGES) return undefined;
    this.#order = Uint32Array.from(training);
    return takeImages(this.#set, heldOut);
  }

  /** Exactly `batch` images: all different, unless fewer than `batch` may be drawn. */
  draw(batch: number): ImageBatch {
    const size = bytesPerImage(this.#set.shape);
    const images = new Float32Array(batch * size);
    const labels = new Int32Array(batch);
    for (let i = 0; i < batch; i++) {
      const position = batch <= this.#order.length ? this.#next(i) : this.#any();
      labels[i] = this.#set.labels[position] ?? 0;
      const from = position * size;
      for (let p = 0; p < size; p++) images[i * size + p] = (this.#set.images[from + p] ?? 0) / 127.5 - 1;
    }
    return { images, labels };
  }

  #any(): number {
    return this.#order[this.#random.integer(this.#order.length)] ?? 0;
  }

  /** Position i of a shuffle that is carried only as far as needed (Fisher and Yates). */
  #next(i: number): number {
    const order = this.#order;
    const j = i + this.#random.integer(order.length - i);
    const chosen = order[j] ?? 0;
    order[j] = order[i] ?? 0;
    order[i] = chosen;
    return chosen;
  }
}
