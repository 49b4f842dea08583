// The gradient of max-pooling from slices, products and joins: TensorFlow.js has no kernel for it on wasm.
import {
  cast,
  concat,
  equal,
  maximum,
  mul,
  pad,
  reshape,
  slice,
  sub,
  type Tensor,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { images } from '../axes.ts';
import { cut } from './composed-convolution.ts';
import type { Kernels, PoolPass } from './kernels.ts';

/** A pooling that is gone back. */
export interface PoolGradientInputs extends PoolPass {
  readonly outputGradient: Tensor4D;
  readonly size: number;
}

type Joining = Pick<Kernels, 'joinChannels' | 'sliceChannels'>;

/**
 * Back through the rows of each window, then through the columns of each row: at every stage the gradient goes to the
 * first part that equals the maximum, which together is the first largest number of the window, row by row.
 */
export function maxPoolGradient(inputs: PoolGradientInputs, joining: Joining): Tensor4D {
  const { outputGradient, image, output, size } = inputs;
  const [batch, rows, columns, channels] = output.shape;
  const reached = cut(image, [0, 0], [rows * size, columns * size]);
  const pixels = reshape(reached, [batch * rows * size * columns, size * channels]);
  const beside = range(size).map((i) => joining.sliceChannels(pixels, i * channels, channels));
  const best = largest(beside);
  const lines = reshape(best, [batch * rows, size, columns * channels]);
  const stacked = range(size).map((i) => slice(lines, [0, i, 0], [batch * rows, 1, columns * channels]));
  const flat = [batch * rows, 1, columns * channels];
  const ofStacked = shares(stacked, reshape(output, flat), reshape(outputGradient, flat));
  const ofBest = reshape(concat(ofStacked, 1), best.shape);
  const ofPixels = shares(beside, best, ofBest).reduce((a, b) => joining.joinChannels(a, b));
  return withMargin(images(reshape(ofPixels, reached.shape)), image);
}

/** Of parts side by side the gradient of each, when their maximum has this one. */
function shares(parts: readonly Tensor[], best: Tensor, gradient: Tensor): Tensor[] {
  let left = gradient;
  return parts.map((part, i) => {
    if (i === parts.length - 1) return left;
    const own = mul(left, cast(equal(part, best), 'float32'));
    left = sub(left, own);
    return own;
  });
}

function largest(parts: readonly Tensor[]): Tensor {
  return parts.reduce((a, b) => maximum(a, b));
}

/** Zeros for the pixels that no window reached. */
function withMargin(gradient: Tensor4D, { shape }: Tensor4D): Tensor4D {
  const [below, right] = [shape[1] - gradient.shape[1], shape[2] - gradient.shape[2]];
  if (below === 0 && right === 0) return gradient;
  return pad(gradient, [
    [0, 0],
    [0, below],
    [0, right],
    [0, 0],
  ]);
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
