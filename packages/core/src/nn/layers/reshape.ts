// Vector to image and back; the numbers stay where they are.
import { reshape, type Tensor } from '@tensorflow/tfjs-core';
import { gradientsOf, type Layer, type Pass } from './layer.ts';

/** Gives each sample another shape of the same size. */
export class Reshape implements Layer {
  readonly parameters = [];
  readonly #shape: readonly number[];

  constructor(shape: readonly number[]) {
    this.#shape = shape;
  }

  forward(input: Tensor): Pass {
    const shape = input.shape;
    return {
      output: this.infer(input),
      saved: [],
      backward: (outputGradient) => gradientsOf(reshape(outputGradient, shape)),
    };
  }

  infer(input: Tensor): Tensor {
    return reshape(input, [input.shape[0], ...this.#shape]);
  }
}
