// Generated images as bytes.
import { elementCount, type PlainTensor } from '@tessera/core/tensors';

/** The sizes of a stack of images, [n, height, width, channels]. */
export interface StackShape {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
}

/** Reads the sizes of [n, h, w, c]; throws a RangeError for other shapes and for data that do not fill the shape. */
export function stackShape({ shape, data }: PlainTensor): StackShape {
  const [count = 0, height = 0, width = 0, channels] = shape;
  if (shape.length !== 4 || (channels !== 1 && channels !== 3))
    throw new RangeError(`images must be [n, height, width, 1 or 3], not [${shape.join(', ')}]`);
  if (count === 0 || height === 0 || width === 0) throw new RangeError('there are no images to write');
  if (data.length !== elementCount(shape))
    throw new RangeError(`[${shape.join(', ')}] needs ${elementCount(shape)} numbers, not ${data.length}`);
  return { count, height, width, channels };
}

/** Pixels in [-1, 1] as bytes, rounded; what lies outside (NaN too, as black) is clipped. */
export function pixelBytes(data: Float32Array): Uint8Array {
  // A clamped array rounds to nearest, clips, and turns NaN into 0.
  const clamped = Uint8ClampedArray.from(data, (value) => (value + 1) * 127.5);
  return new Uint8Array(clamped.buffer);
}
