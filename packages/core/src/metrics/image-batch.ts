// Bytes of images as tensors in [-1, 1].
import { tensor4d, type Tensor4D } from '@tensorflow/tfjs-core';
import { bytesPerImage, type ImageShape } from '../data/index.ts';

/** Images as bytes 0 to 255, n*h*w*c, image after image. */
export interface ImageBytes {
  readonly images: Uint8Array;
  readonly shape: ImageShape;
}

/** How many images the bytes hold; throws a RangeError for a part of one. */
export function imageCount({ images, shape }: ImageBytes): number {
  const count = images.length / bytesPerImage(shape);
  if (!Number.isInteger(count))
    throw new RangeError(`${images.length} bytes are no whole images of ${shape.join('x')}`);
  return count;
}

/** The images at these positions, [positions, h, w, c] in [-1, 1]; the caller's. */
export function imageBatch({ images, shape }: ImageBytes, positions: readonly number[]): Tensor4D {
  const size = bytesPerImage(shape);
  const pixels = new Float32Array(positions.length * size);
  positions.forEach((position, i) => {
    const from = position * size;
    for (let p = 0; p < size; p++) pixels[i * size + p] = (images[from + p] ?? 0) / 127.5 - 1;
  });
  return tensor4d(pixels, [positions.length, ...shape]);
}
