// A fully connected layer.
import type { Tensor } from '@tensorflow/tfjs-core';
import { channels, vectors } from '../axes.ts';
import { kernels } from '../kernels/select.ts';
import type { Parameter } from '../parameter.ts';
import { biasGradient } from './bias.ts';
import { gradientsOf, type ForwardOptions, type Layer, type Pass } from './layer.ts';

/** What a dense layer is made of. */
export interface DenseParts {
  readonly weight: Parameter;
  readonly bias: Parameter;
  /** Whether a batch normalisation follows, which subtracts the bias again. */
  readonly normalised: boolean;
}

/** [batch, in] to [batch, out]: input times weight plus bias. */
export class Dense implements Layer {
  readonly separable = true;
  readonly parameters: readonly Parameter[];
  readonly omittedBias: Parameter | undefined;
  readonly #own: DenseParts;

  constructor(own: DenseParts) {
    this.#own = own;
    this.parameters = [own.weight, own.bias];
    this.omittedBias = own.normalised ? own.bias : undefined;
  }

  forward(input: Tensor, { mode }: ForwardOptions): Pass {
    const { weight, bias } = this.#own;
    const omitted = this.omittedBias !== undefined && mode === 'training';
    return {
      output: omitted ? kernels().dense(vectors(input), weight) : this.infer(input),
      saved: [input],
      backward: (outputGradient, want) => {
        const gradient = vectors(outputGradient);
        const ofInput = want.input ? kernels().denseInputGradient(gradient, weight) : undefined;
        if (!want.parameters) return gradientsOf(ofInput);
        const ofWeight = kernels().transposedProduct(vectors(input), gradient);
        return gradientsOf(ofInput, [ofWeight, biasGradient(bias, gradient, omitted)]);
      },
    };
  }

  infer(input: Tensor): Tensor {
    return kernels().dense(vectors(input), this.#own.weight, channels(this.#own.bias.value));
  }
}
