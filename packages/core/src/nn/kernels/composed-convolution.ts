// Convolutions in both directions and the filter's gradient, each as ordinary forward convolutions.
import {
  add,
  conv2d,
  pad,
  reshape,
  slice,
  transpose,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { images } from '../axes.ts';
import type { Parameter } from '../parameter.ts';
import type { ConvolutionGeometry } from './kernels.ts';

type Padding = [[number, number], [number, number], [number, number], [number, number]];

/** Image to features: the backend's own convolution. */
export function gather(
  image: Tensor4D,
  filter: Parameter,
  { stride, padding }: ConvolutionGeometry,
  bias?: Tensor1D,
): Tensor4D {
  const features = conv2d(
    image,
    images(filter.value),
    stride,
    around([padding, padding], [padding, padding]),
  );
  return bias ? add(features, bias) : features;
}

/** What is spread: see `Kernels.spread`. */
export interface SpreadInputs {
  readonly features: Tensor4D;
  readonly filter: Parameter;
  readonly bias: Tensor1D | undefined;
}

/** Turns the order of the first axis round. */
export type ReverseRows = (x: Tensor) => Tensor;

/**
 * Features to image. A window of J = ceil(kernel / stride) features decides stride x stride neighbouring pixels, so one
 * stride-1 convolution with stride² times the channels makes all pixels at once; depthToSpace puts them in place.
 */
export function spread(
  { features, filter, bias }: SpreadInputs,
  geometry: ConvolutionGeometry,
  reverseRows: ReverseRows,
): Tensor4D {
  const { kernel, stride, padding, image } = geometry;
  const window = Math.ceil(kernel / stride);
  const first = Math.floor(padding / stride);
  const before = window - 1 - first;
  const after = (axis: 0 | 1) =>
    Math.floor((padding + image[axis] - 1) / stride) - (geometry.features[axis] - 1);
  const spreader = filter.derived(`spread by ${String(stride)}`, (value) =>
    spreadFilter(images(value), stride, reverseRows),
  );
  const blocks = conv2d(features, images(spreader), 1, around([before, after(0)], [before, after(1)]));
  const pixels = stride === 1 ? blocks : interleave(blocks, stride);
  const start = padding - first * stride;
  const out = cut(pixels, [start, start], image);
  return bias ? add(out, bias) : out;
}

/** depthToSpace as one swap of two axes, because wasm is several times faster at transposing. */
function interleave(blocks: Tensor4D, stride: number): Tensor4D {
  const [batch, height, width, depth] = blocks.shape;
  const swapped = transpose(reshape(blocks, [batch * height, width, stride, depth / stride]), [0, 2, 1, 3]);
  return reshape(swapped, [batch, height * stride, width * stride, depth / stride ** 2]);
}

/** A window of the image. Columns and channels go as one axis, because wasm copies a slice run by run. */
export function cut(
  x: Tensor4D,
  [top, left]: readonly [number, number],
  [height, width]: readonly [number, number],
): Tensor4D {
  const [batch, rows, columns, channels] = x.shape;
  if (rows === height && columns === width) return x;
  const lines = reshape(x, [batch, rows, columns * channels]);
  const window = slice(lines, [0, top, left * channels], [batch, height, width * channels]);
  return reshape(window, [batch, height, width, channels]);
}

/** [k, k, c, f] to [J, J, f, stride² c]: tap stride j + r of the filter becomes tap J - 1 - j for the pixels of phase r. */
function spreadFilter(filter: Tensor4D, stride: number, reverseRows: ReverseRows): Tensor {
  const [kernel, , image, features] = filter.shape;
  const window = Math.ceil(kernel / stride);
  const missing = window * stride - kernel;
  const whole = missing === 0 ? filter : pad(filter, around([0, missing], [0, missing], 'filter'));
  const split = reshape(whole, [window, stride, window, stride, image * features]);
  const phases = transpose(split, [0, 2, 1, 3, 4]);
  const pairs = transpose(reshape(phases, [window * window, stride * stride * image, features]), [0, 2, 1]);
  // The order of all taps turned round is both axes of the window turned round.
  return reshape(reverseRows(pairs), [window, window, features, stride * stride * image]);
}

/**
 * The filter's gradient: the image correlated with the features, with batch and channel changing places, so that the
 * sum over the batch is a convolution's sum over its input channels and the stride is a dilation.
 */
export function filterGradient(image: Tensor4D, features: Tensor4D, geometry: ConvolutionGeometry): Tensor4D {
  const { kernel, stride, padding } = geometry;
  // Padding at the far end; below zero where the last rows or columns are not reached by any window.
  const far = (axis: 0 | 1) =>
    (geometry.features[axis] - 1) * stride + kernel - padding - geometry.image[axis];
  const kept = cut(
    image,
    [0, 0],
    [geometry.image[0] + Math.min(0, far(0)), geometry.image[1] + Math.min(0, far(1))],
  );
  const swapped = transpose(kept, [3, 1, 2, 0]);
  const asFilter = transpose(features, [1, 2, 0, 3]);
  const ends = around([padding, Math.max(0, far(0))], [padding, Math.max(0, far(1))]);
  const gradient = conv2d(swapped, asFilter, 1, ends, 'NHWC', stride);
  return transpose(gradient, [1, 2, 0, 3]);
}

function around(
  rows: [number, number],
  columns: [number, number],
  of: 'image' | 'filter' = 'image',
): Padding {
  const none: [number, number] = [0, 0];
  return of === 'image' ? [none, rows, columns, none] : [rows, columns, none, none];
}
