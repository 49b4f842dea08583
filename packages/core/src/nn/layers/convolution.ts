// Conv2d and ConvTranspose2d: the same geometry, walked in opposite directions.
import type { Tensor } from '@tensorflow/tfjs-core';
import { channels, images } from '../axes.ts';
import type { ConvolutionGeometry } from '../kernels/kernels.ts';
import { kernels } from '../kernels/select.ts';
import type { Parameter } from '../parameter.ts';
import { biasGradient } from './bias.ts';
import { gradientsOf, type ForwardOptions, type Layer, type Pass } from './layer.ts';

/** What both kinds of convolution are made of. */
export interface ConvolutionParts {
  readonly weight: Parameter;
  readonly bias: Parameter;
  readonly geometry: ConvolutionGeometry;
  /** Whether a batch normalisation follows, which subtracts the bias again. */
  readonly normalised: boolean;
}

/** A convolution from image to features (Conv2d). */
export class Convolution implements Layer {
  readonly separable = true;
  readonly parameters: readonly Parameter[];
  readonly omittedBias: Parameter | undefined;
  readonly #own: ConvolutionParts;

  constructor(own: ConvolutionParts) {
    this.#own = own;
    this.parameters = [own.weight, own.bias];
    this.omittedBias = own.normalised ? own.bias : undefined;
  }

  forward(input: Tensor, { mode }: ForwardOptions): Pass {
    const { weight, bias, geometry } = this.#own;
    const omitted = this.omittedBias !== undefined && mode === 'training';
    return {
      output: omitted ? kernels().gather(images(input), weight, geometry) : this.infer(input),
      saved: [input],
      backward: (outputGradient, want) => {
        const features = images(outputGradient);
        const image = want.input ? kernels().spread(features, weight, geometry) : undefined;
        if (!want.parameters) return gradientsOf(image);
        const ofWeight = kernels().filterGradient(images(input), features, geometry);
        return gradientsOf(image, [ofWeight, biasGradient(bias, features, omitted)]);
      },
    };
  }

  infer(input: Tensor): Tensor {
    const { weight, bias, geometry } = this.#own;
    return kernels().gather(images(input), weight, geometry, channels(bias.value));
  }
}

/** A convolution from features to image (ConvTranspose2d). */
export class TransposedConvolution implements Layer {
  readonly separable = true;
  readonly parameters: readonly Parameter[];
  readonly omittedBias: Parameter | undefined;
  readonly #own: ConvolutionParts;

  constructor(own: ConvolutionParts) {
    this.#own = own;
    this.parameters = [own.weight, own.bias];
    this.omittedBias = own.normalised ? own.bias : undefined;
  }

  forward(input: Tensor, { mode }: ForwardOptions): Pass {
    const { weight, bias, geometry } = this.#own;
    const omitted = this.omittedBias !== undefined && mode === 'training';
    return {
      output: omitted ? kernels().spread(images(input), weight, geometry) : this.infer(input),
      saved: [input],
      backward: (outputGradient, want) => {
        const image = images(outputGradient);
        const features = want.input ? kernels().gather(image, weight, geometry) : undefined;
        if (!want.parameters) return gradientsOf(features);
        const ofWeight = kernels().filterGradient(image, images(input), geometry);
        return gradientsOf(features, [ofWeight, biasGradient(bias, image, omitted)]);
      },
    };
  }

  infer(input: Tensor): Tensor {
    const { weight, bias, geometry } = this.#own;
    return kernels().spread(images(input), weight, geometry, channels(bias.value));
  }
}
