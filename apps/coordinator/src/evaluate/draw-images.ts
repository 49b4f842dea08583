// Images of a generator for its evaluation: uniform labels, fresh noise, as bytes.
import { type ImageShape, shapeText } from '@tessera/core/data';
import type { Random } from '@tessera/core/random';
import { allFinite, elementCount, type PlainTensor } from '@tessera/core/tensors';

/** Draws one image for each label, [labels, h, w, c] in [-1, 1], with noise from the seed. */
export type SampleImages = (labels: Int32Array, seed: number) => Promise<PlainTensor>;

/** Images that are asked for in one call. */
const CHUNK = 256;

/** What is to be drawn. */
export interface DrawRequest {
  readonly sample: SampleImages;
  readonly count: number;
  readonly classes: number;
  readonly shape: ImageShape;
  /** Labels and the seeds of the noise come from it. */
  readonly random: Random;
  /** Told the number of images drawn so far. */
  readonly onProgress: (done: number) => void;
  readonly signal: AbortSignal | undefined;
}

/** Images as bytes 0 to 255, n*h*w*c, with the labels that they were drawn for. */
export interface DrawnImages {
  readonly images: Uint8Array;
  readonly labels: Uint8Array;
  readonly shape: ImageShape;
}

/**
 * Draws the images, each label uniformly at random. Throws an Error for images of another shape or with numbers that
 * are not finite, and the signal's reason when it is aborted.
 */
export async function drawImages(request: DrawRequest): Promise<DrawnImages> {
  const { sample, count, classes, shape, random, onProgress, signal } = request;
  const size = elementCount(shape);
  const images = new Uint8Array(count * size);
  const labels = new Uint8Array(count);
  for (let start = 0; start < count; start += CHUNK) {
    signal?.throwIfAborted();
    const own = Int32Array.from({ length: Math.min(CHUNK, count - start) }, () => random.integer(classes));
    const drawn = await sample(own, random.nextUint32());
    checkDrawn(drawn, [own.length, ...shape]);
    drawn.data.forEach((value, i) => (images[start * size + i] = toByte(value)));
    labels.set(own, start);
    onProgress(start + own.length);
  }
  return { images, labels, shape };
}

/** -1 to 0, 1 to 255, and what lies beyond to the nearest of them. */
function toByte(value: number): number {
  return Math.max(0, Math.min(255, Math.round((value + 1) * 127.5)));
}

function checkDrawn({ shape, data }: PlainTensor, expected: readonly number[]): void {
  if (shape.join() !== expected.join())
    throw new Error(`the generator drew ${shapeText(shape)} where ${shapeText(expected)} was asked for`);
  if (!allFinite(data))
    throw new Error(
      'the generator drew pixels that are not numbers: its training diverged, so it has no scores',
    );
}
