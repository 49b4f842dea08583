// A fully connected layer.
import type { Tensor } from '@tensorflow/tfjs-core';
import { channels, vectors } from '../axes.ts';
import { kernels } from '../kernels/select.ts';
import type { Parameter } from '../parameter.ts';
import { gradientsOf, type Layer, type Pass } from './layer.ts';

/** [batch, in] to [batch, out]: input times weight plus bias. */
export class Dense implements Layer {
  readonly parameters: readonly Parameter[];
  readonly #weight: Parameter;
  readonly #bias: Parameter;

  constructor(weight: Parameter, bias: Parameter) {
    this.parameters = [weight, bias];
    this.#weight = weight;
    this.#bias = bias;
  }

  forward(input: Tensor): Pass {
    return {
      output: this.infer(input),
      saved: [input],
      backward: (outputGradient, want) => {
        const gradient = vectors(outputGradient);
        return gradientsOf(
          want.input ? kernels().denseInputGradient(gradient, this.#weight) : undefined,
          want.parameters
            ? [kernels().transposedProduct(vectors(input), gradient), kernels().channelSums(gradient)]
            : undefined,
        );
      },
    };
  }

  infer(input: Tensor): Tensor {
    return kernels().dense(vectors(input), this.#weight, channels(this.#bias.value));
  }
}
