// Conv2d and ConvTranspose2d: the same geometry, walked in opposite directions.
import type { Tensor } from '@tensorflow/tfjs-core';
import { channels, images } from '../axes.ts';
import type { ConvolutionGeometry } from '../kernels/kernels.ts';
import { kernels } from '../kernels/select.ts';
import type { Parameter } from '../parameter.ts';
import { gradientsOf, type Layer, type Pass } from './layer.ts';

/** A convolution from image to features (Conv2d). */
export class Convolution implements Layer {
  readonly parameters: readonly Parameter[];
  readonly #weight: Parameter;
  readonly #bias: Parameter;
  readonly #geometry: ConvolutionGeometry;

  constructor(weight: Parameter, bias: Parameter, geometry: ConvolutionGeometry) {
    this.parameters = [weight, bias];
    this.#weight = weight;
    this.#bias = bias;
    this.#geometry = geometry;
  }

  forward(input: Tensor): Pass {
    return {
      output: this.infer(input),
      saved: [input],
      backward: (outputGradient, want) => {
        const features = images(outputGradient);
        const image = want.input ? kernels().spread(features, this.#weight, this.#geometry) : undefined;
        return gradientsOf(
          image,
          want.parameters
            ? [
                kernels().filterGradient(images(input), features, this.#geometry),
                kernels().channelSums(features),
              ]
            : undefined,
        );
      },
    };
  }

  infer(input: Tensor): Tensor {
    return kernels().gather(images(input), this.#weight, this.#geometry, channels(this.#bias.value));
  }
}

/** A convolution from features to image (ConvTranspose2d). */
export class TransposedConvolution implements Layer {
  readonly parameters: readonly Parameter[];
  readonly #weight: Parameter;
  readonly #bias: Parameter;
  readonly #geometry: ConvolutionGeometry;

  constructor(weight: Parameter, bias: Parameter, geometry: ConvolutionGeometry) {
    this.parameters = [weight, bias];
    this.#weight = weight;
    this.#bias = bias;
    this.#geometry = geometry;
  }

  forward(input: Tensor): Pass {
    return {
      output: this.infer(input),
      saved: [input],
      backward: (outputGradient, want) => {
        const image = images(outputGradient);
        const features = want.input ? kernels().gather(image, this.#weight, this.#geometry) : undefined;
        return gradientsOf(
          features,
          want.parameters
            ? [kernels().filterGradient(image, images(input), this.#geometry), kernels().channelSums(image)]
            : undefined,
        );
      },
    };
  }

  infer(input: Tensor): Tensor {
    return kernels().spread(images(input), this.#weight, this.#geometry, channels(this.#bias.value));
  }
}
