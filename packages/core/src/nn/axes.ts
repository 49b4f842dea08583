// Checked views of tensors whose number of axes the compiler cannot know.
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';

/** The tensor as one value per channel. */
export function channels(x: Tensor): Tensor1D {
  checkAxes(x, 1);
  return x as Tensor1D; // checked in the line above
}

/** The tensor as vectors [batch, units]. */
export function vectors(x: Tensor): Tensor2D {
  checkAxes(x, 2);
  return x as Tensor2D; // checked in the line above
}

/** The tensor as images [batch, height, width, channels]. */
export function images(x: Tensor): Tensor4D {
  checkAxes(x, 4);
  return x as Tensor4D; // checked in the line above
}

function checkAxes(x: Tensor, axes: number): void {
  if (x.rank !== axes)
    throw new RangeError(`a tensor of ${axes} axes is needed, not [${x.shape.join(', ')}]`);
}
