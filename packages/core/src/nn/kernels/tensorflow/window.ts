// Placing a convolution's window by TensorFlow's rules, for which there are fast kernels.
import { pad, slice, type Tensor4D } from '@tensorflow/tfjs-core';
import type { ConvolutionGeometry } from '../kernels.ts';
import { FLOAT, integers, text, type Attributes } from './operations.ts';

/** How operations are to place their window. */
export interface Window {
  /** For operations that read the image. */
  readonly reading: Attributes;
  /** For the one that writes it. */
  readonly writing: Attributes;
  /** The image that is written. */
  readonly size: Size;
  /** From the written image to the layer's. */
  readonly leave: (image: Tensor4D) => Tensor4D;
}

type Size = readonly [height: number, width: number];

/**
 * 'SAME' where it means the layer's padding. Else the image is read with its padding given, and written, for want of a
 * fast kernel that takes one, without any on exactly the pixels that windows reach.
 */
export function windowOf({ kernel, stride, padding, image, features }: ConvolutionGeometry): Window {
  const placed = (kind: Attributes): Attributes => ({
    T: FLOAT,
    strides: integers([1, stride, stride, 1]),
    dilations: integers([1, 1, 1, 1]),
    data_format: text('NHWC'),
    ...kind,
  });
  const reach = (axis: 0 | 1) => (features[axis] - 1) * stride + kernel;
  const isSame = ([0, 1] as const).every((axis) => {
    const total = Math.max(0, reach(axis) - image[axis]);
    return features[axis] === Math.ceil(image[axis] / stride) && Math.floor(total / 2) === padding;
  });
  if (isSame) {
    const same = placed({ padding: text('SAME') });
    return { reading: same, writing: same, size: image, leave: (x) => x };
  }
  // Rows and columns that no whole window reaches are left over by themselves.
  const far = (axis: 0 | 1) => Math.max(0, reach(axis) - padding - image[axis]);
  const around = integers([0, 0, padding, far(0), padding, far(1), 0, 0]);
  return {
    reading: placed({ padding: text('EXPLICIT'), explicit_paddings: around }),
    writing: placed({ padding: text('VALID') }),
    size: [reach(0), reach(1)],
    leave: (x) => fit(x, padding, image),
  };
}

/** The part of `x` that begins `start` pixels down and right, on a canvas of `size`; what `x` lacks is zero. */
function fit(x: Tensor4D, start: number, size: Size): Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const below = Math.max(0, size[0] + start - height);
  const right = Math.max(0, size[1] + start - width);
  const padded =
    below + right > 0
      ? pad(x, [
          [0, 0],
          [0, below],
          [0, right],
          [0, 0],
        ])
      : x;
  if (padded.shape[1] === size[0] && padded.shape[2] === size[1]) return padded;
  return slice(padded, [0, start, start, 0], [batch, size[0], size[1], channels]);
}
