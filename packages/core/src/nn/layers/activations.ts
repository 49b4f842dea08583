// Activations; each goes back from its output alone, so that no input is kept.
import { tanh, type Tensor } from '@tensorflow/tfjs-core';
import { kernels } from '../kernels/select.ts';
import { gradientsOf, type Layer, type Pass } from './layer.ts';

/** max(x, slope x) for a slope in [0, 1); slope 0 is ReLU. */
export class LeakyRelu implements Layer {
  readonly parameters = [];
  readonly #slope: number;

  constructor(slope: number) {
    this.#slope = slope;
  }

  forward(input: Tensor): Pass {
    const output = this.infer(input);
    return {
      output,
      saved: [output],
      backward: (outputGradient) =>
        gradientsOf(kernels().leakyReluGradient(outputGradient, output, this.#slope)),
    };
  }

  infer(input: Tensor): Tensor {
    return kernels().leakyRelu(input, this.#slope);
  }
}

/** The hyperbolic tangent. */
export class Tanh implements Layer {
  readonly parameters = [];

  forward(input: Tensor): Pass {
    const output = this.infer(input);
    return {
      output,
      saved: [output],
      backward: (outputGradient) => gradientsOf(kernels().tanhGradient(outputGradient, output)),
    };
  }

  infer(input: Tensor): Tensor {
    return tanh(input);
  }
}
