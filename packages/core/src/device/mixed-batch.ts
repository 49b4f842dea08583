// Batches of a device's own images, with a share of images that generators of other devices drew.
import type { TrainingBatch } from '../gan/index.ts';
import type { Random } from '../random.ts';
import { elementCount, type PlainTensor } from '../tensors/index.ts';
import type { DeviceImages } from './ports.ts';

/** What a device was given for a round. */
export interface GivenImages {
  /** [rows, height, width, channels] in [-1, 1]. */
  readonly images: PlainTensor;
  readonly labels: Int32Array;
  /** Of every batch. */
  readonly share: number;
}

/** Draws exactly `batch` images: the device's own first, at least one of them, then given ones, each drawn by chance. */
export function mixedBatch(
  own: DeviceImages,
  batch: number,
  { given, random }: { readonly given: GivenImages; readonly random: Random },
): Pick<TrainingBatch, 'images' | 'labels'> {
  const { shape, data } = given.images;
  const [rows = 0, ...rest] = shape;
  const size = elementCount(rest);
  const count = Math.min(batch - 1, Math.round(given.share * batch));
  const kept = own.draw(batch - count);
  const images = new Float32Array(batch * size);
  const labels = new Int32Array(batch);
  images.set(kept.images);
  labels.set(kept.labels);
  for (let row = batch - count; row < batch; row++) {
    const from = random.integer(rows);
    images.set(data.subarray(from * size, (from + 1) * size), row * size);
    labels[row] = given.labels[from] ?? 0;
  }
  return { images, labels };
}
