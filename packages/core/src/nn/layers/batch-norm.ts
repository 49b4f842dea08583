// Batch normalisation of every axis but the last, with PyTorch's running statistics.
import { abs, add, div, mean, mul, rsqrt, sqrt, sub, type Tensor } from '@tensorflow/tfjs-core';
import { channels } from '../axes.ts';
import { NORM_EPSILON } from '../kernels/kernels.ts';
import { kernels } from '../kernels/select.ts';
import type { Parameter } from '../parameter.ts';
import { gradientsOf, type ForwardOptions, type Layer, type Pass } from './layer.ts';

/** Weight of the new value when running statistics move (PyTorch's default momentum). */
const MOMENTUM = 0.1;

/** The four values of a normalisation, in PyTorch's order. */
export interface NormParameters {
  readonly scale: Parameter;
  readonly shift: Parameter;
  readonly runningMean: Parameter;
  readonly runningVariance: Parameter;
}

/** BatchNorm1d and BatchNorm2d. */
export class BatchNorm implements Layer {
  readonly parameters: readonly Parameter[];
  readonly #own: NormParameters;
  readonly #biasBefore: Parameter | undefined;

  /** @param biasBefore the bias that the layer before leaves out of training passes; the running mean knows it still. */
  constructor(own: NormParameters, biasBefore?: Parameter) {
    this.#own = own;
    this.#biasBefore = biasBefore;
    this.parameters = [own.scale, own.shift, own.runningMean, own.runningVariance];
  }

  forward(input: Tensor, { mode }: ForwardOptions): Pass {
    return mode === 'training' ? this.#training(input) : this.#running(input);
  }

  infer(input: Tensor): Tensor {
    return kernels().normalise(input, this.#affine(), this.#runningMoments());
  }

  #training(input: Tensor): Pass {
    const samples = input.size / (input.shape.at(-1) ?? 1);
    if (samples < 2)
      throw new RangeError('batch normalisation needs more than one sample per channel to train');
    const { output, saved } = kernels().normaliseBatch(input, this.#affine());
    const statistics = () => {
      const bias = this.#biasBefore?.value;
      return { mean: bias ? add(saved.mean, bias) : saved.mean, variance: saved.variance };
    };
    // Running variances are of the unbiased kind.
    const unbiased = samples / (samples - 1);
    return {
      output,
      saved: [saved.x, saved.mean, saved.variance],
      backward: (outputGradient) => {
        const scale = channels(this.#own.scale.value);
        const found = kernels().normaliseBatchGradient(outputGradient, saved, scale);
        return gradientsOf(found.input, [found.scale, found.shift]);
      },
      commitStatistics: () => {
        const batch = statistics();
        move(this.#own.runningMean, batch.mean, MOMENTUM);
        move(this.#own.runningVariance, batch.variance, MOMENTUM * unbiased);
      },
      drift: () => {
        const { mean, variance } = statistics();
        return this.#drift({ mean, variance: mul(variance, unbiased) });
      },
    };
  }

  /** The mean over channels of |batch mean - mean| / deviation + |batch deviation / deviation - 1|. */
  #drift(batch: { readonly mean: Tensor; readonly variance: Tensor }): Tensor {
    const deviation = sqrt(add(this.#own.runningVariance.value, NORM_EPSILON));
    const shift = div(abs(sub(batch.mean, this.#own.runningMean.value)), deviation);
    const stretch = abs(sub(div(sqrt(add(batch.variance, NORM_EPSILON)), deviation), 1));
    return mean(add(shift, stretch));
  }

  /** With fixed statistics the layer is linear: the gradient only scales. */
  #running(input: Tensor): Pass {
    const { mean, variance } = this.#runningMoments();
    const inverse = rsqrt(add(variance, NORM_EPSILON));
    const centred = sub(input, mean);
    return {
      output: this.infer(input),
      saved: [centred, inverse],
      backward: (outputGradient) => {
        const normalised = mul(centred, inverse);
        return gradientsOf(mul(outputGradient, mul(inverse, this.#own.scale.value)), [
          kernels().channelSums(mul(outputGradient, normalised)),
          kernels().channelSums(outputGradient),
        ]);
      },
    };
  }

  #runningMoments() {
    return {
      mean: channels(this.#own.runningMean.value),
      variance: channels(this.#own.runningVariance.value),
    };
  }

  #affine() {
    return { scale: channels(this.#own.scale.value), shift: channels(this.#own.shift.value) };
  }
}

function move(statistic: Parameter, batch: Tensor, share: number): void {
  statistic.assign(kernels().blend({ of: statistic.value, share: 1 - MOMENTUM }, { of: batch, share }));
}
