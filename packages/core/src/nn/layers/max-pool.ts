// The largest number of each window.
import type { Tensor } from '@tensorflow/tfjs-core';
import { images } from '../axes.ts';
import { kernels } from '../kernels/select.ts';
import { gradientsOf, type Layer, type Pass } from './layer.ts';

/** MaxPool2d with windows side by side: [batch, height, width, c] to [batch, ⌊height / size⌋, ⌊width / size⌋, c]. */
export class MaxPool implements Layer {
  readonly parameters = [];
  readonly #size: number;

  constructor(size: number) {
    this.#size = size;
  }

  forward(input: Tensor): Pass {
    const image = images(input);
    const output = this.#pool(image);
    return {
      output,
      saved: [input, output],
      backward: (outputGradient) =>
        gradientsOf(kernels().maxPoolGradient(images(outputGradient), { image, output }, this.#size)),
    };
  }

  infer(input: Tensor): Tensor {
    return this.#pool(images(input));
  }

  #pool(image: ReturnType<typeof images>) {
    return kernels().maxPool(image, this.#size);
  }
}
