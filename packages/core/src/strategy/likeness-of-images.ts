// How much sets of images look alike, told from the brightness of their parts.
import type { PlainTensor } from '../tensors/index.ts';

/** Pixels on each side of a part: 28 pixels are 7 parts, 32 are 8. */
const PART = 4;
/** Added to every variance: parts that never change, as the edges of digits, must not decide alone. */
const VARIANCE_FLOOR = 0.01;

/** Mean and variance of each part and channel over the images. */
export interface PartMoments {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

/** The moments of images [n, height, width, channels] whose sides are multiples of 4. */
export function partMoments({ shape, data }: PlainTensor): PartMoments {
  const [count = 0, height = 0, width = 0, channels = 0] = shape;
  const size = height * width * channels;
  const columns = width / PART;
  const parts = (height / PART) * columns * channels;
  const [sums, squares] = [new Float64Array(parts), new Float64Array(parts)];
  for (let image = 0; image < count; image++) {
    const own = new Float64Array(parts);
    for (let i = 0; i < size; i++) {
      const [y, x] = [Math.floor(i / (width * channels)), Math.floor(i / channels) % width];
      const part = (Math.floor(y / PART) * columns + Math.floor(x / PART)) * channels + (i % channels);
      own[part] = (own[part] ?? NaN) + (data[image * size + i] ?? NaN) / PART ** 2;
    }
    for (const [part, value] of own.entries()) {
      sums[part] = (sums[part] ?? NaN) + value;
      squares[part] = (squares[part] ?? NaN) + value ** 2;
    }
  }
  const mean = sums.map((sum) => sum / count);
  const variance = squares.map(
    (sum, part) => Math.max(0, sum / count - (mean[part] ?? NaN) ** 2) + VARIANCE_FLOOR,
  );
  return { mean, variance };
}

/** The mean over the parts of KL(a, b) + KL(b, a) of normal distributions with these moments; 0 for equal ones. */
export function partDivergence(a: PartMoments, b: PartMoments): number {
  const sum = a.mean.reduce((total, mean, part) => {
    const apart = (mean - (b.mean[part] ?? NaN)) ** 2;
    const [first, second] = [a.variance[part] ?? NaN, b.variance[part] ?? NaN];
    return total + (first + apart) / second / 2 + (second + apart) / first / 2 - 1;
  }, 0);
  return sum / a.mean.length;
}
