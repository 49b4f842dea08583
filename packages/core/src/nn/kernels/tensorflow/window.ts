// Placing a convolution's window by TensorFlow's rules, whose fast kernels know 'SAME' and 'VALID' padding only.
import { pad, slice, type Tensor4D } from '@tensorflow/tfjs-core';
import type { ConvolutionGeometry } from '../kernels.ts';
import { FLOAT, integers, text, type Attributes } from './operations.ts';

/** How an operation is to place its window. */
export interface Window {
  readonly attributes: Attributes;
  /** The image that the operation sees. */
  readonly size: Size;
  /** From the layer's image to the one that the operation sees. */
  readonly enter: (image: Tensor4D) => Tensor4D;
  /** The way back. */
  readonly leave: (image: Tensor4D) => Tensor4D;
}

type Size = readonly [height: number, width: number];

/** 'SAME' where it means the layer's padding, else 'VALID' on an image fitted to exactly the pixels that windows reach. */
export function windowOf({ kernel, stride, padding, image, features }: ConvolutionGeometry): Window {
  const attributes = (kind: 'SAME' | 'VALID') => ({
    T: FLOAT,
    strides: integers([1, stride, stride, 1]),
    dilations: integers([1, 1, 1, 1]),
    padding: text(kind),
    data_format: text('NHWC'),
  });
  const reach = (axis: 0 | 1) => (features[axis] - 1) * stride + kernel;
  const isSame = ([0, 1] as const).every((axis) => {
    const total = Math.max(0, reach(axis) - image[axis]);
    return features[axis] === Math.ceil(image[axis] / stride) && Math.floor(total / 2) === padding;
  });
  const unchanged = (x: Tensor4D) => x;
  if (isSame) return { attributes: attributes('SAME'), size: image, enter: unchanged, leave: unchanged };
  const size = [reach(0), reach(1)] as const;
  return {
    attributes: attributes('VALID'),
    size,
    enter: (x) => fit(x, padding, size),
    leave: (x) => fit(x, -padding, image),
  };
}

/** Moves the image down and right by `by` pixels (up and left when negative) on a canvas of `size`; the rest is zero. */
function fit(x: Tensor4D, by: number, size: Size): Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const before = Math.max(0, by);
  const start = Math.max(0, -by);
  const after = ([height, width] as const).map((own, axis) =>
    Math.max(0, (size[axis] ?? 0) + start - own - before),
  );
  const [below = 0, right = 0] = after;
  const padded =
    before + below + right > 0
      ? pad(x, [
          [0, 0],
          [before, below],
          [before, right],
          [0, 0],
        ])
      : x;
  if (padded.shape[1] === size[0] && padded.shape[2] === size[1]) return padded;
  return slice(padded, [0, start, start, 0], [batch, size[0], size[1], channels]);
}
