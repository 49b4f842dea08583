// The condition: each sample's class is looked up in an embedding and joined to the sample.
import {
  cast,
  matMul,
  oneHot,
  reshape,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { vectors } from '../axes.ts';
import { kernels } from '../kernels/select.ts';
import type { Parameter } from '../parameter.ts';
import { gradientsOf, type ForwardOptions, type Layer, type Pass } from './layer.ts';

/** Appends the class's embedding: to a vector as further units, to an image as one more channel. */
export class Label implements Layer {
  readonly parameters: readonly Parameter[];
  readonly #embedding: Parameter;
  readonly #plane: readonly number[] | undefined;

  /** @param plane [height, width] of the images that enter, or nothing for vectors. */
  constructor(embedding: Parameter, plane?: readonly number[]) {
    this.parameters = [embedding];
    this.#embedding = embedding;
    this.#plane = plane;
  }

  forward(input: Tensor, { labels }: ForwardOptions): Pass {
    const classes = this.#oneHot(input, labels);
    return {
      output: this.#join(input, classes),
      saved: [classes],
      backward: (outputGradient, want) => {
        const { sliceChannels, transposedProduct } = kernels();
        const [size, whole] = [input.shape.at(-1) ?? 0, outputGradient.shape.at(-1) ?? 0];
        const ofInput = want.input ? sliceChannels(outputGradient, 0, size) : undefined;
        if (!want.parameters) return gradientsOf(ofInput);
        const own = reshape(sliceChannels(outputGradient, size, whole - size), [classes.shape[0], -1]);
        return gradientsOf(ofInput, [transposedProduct(classes, vectors(own))]);
      },
    };
  }

  infer(input: Tensor, labels: Tensor1D | undefined): Tensor {
    return this.#join(input, this.#oneHot(input, labels));
  }

  #join(input: Tensor, classes: Tensor2D): Tensor {
    const found = matMul(classes, vectors(this.#embedding.value));
    const shaped = this.#plane ? reshape(found, [classes.shape[0], ...this.#plane, 1]) : found;
    return kernels().joinChannels(input, shaped);
  }

  #oneHot(input: Tensor, labels: Tensor1D | undefined): Tensor2D {
    if (labels?.shape[0] !== input.shape[0])
      throw new RangeError(
        `block 1 needs ${String(input.shape[0])} labels, one for each sample, not ${String(labels?.shape[0] ?? 0)}`,
      );
    // oneHot with float32 asked for writes integers on the wasm backend, so the cast is a step of its own.
    return vectors(cast(oneHot(labels, this.#embedding.value.shape[0]), 'float32'));
  }
}
