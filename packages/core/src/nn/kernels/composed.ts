// Kernels composed of the few operations that the wasm and webgpu backends run fast: forward convolutions and plain
// matrix products. Their own gradient kernels are missing (wasm) or naive (wasm, webgpu).
import {
  add,
  matMul,
  maxPool,
  mul,
  reshape,
  rsqrt,
  square,
  step,
  sub,
  transpose,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { vectors } from '../axes.ts';
import { adamState } from './adam-state.ts';
import { filterGradient, gather, spread, type ReverseRows } from './composed-convolution.ts';
import { maxPoolGradient } from './composed-pool.ts';
import {
  type Affine,
  type BatchMoments,
  type BatchNormSaved,
  type Kernels,
  NORM_EPSILON,
} from './kernels.ts';

/** The steps that backends run fast in different ways. */
export interface Basics extends Pick<
  Kernels,
  'channelSums' | 'leakyRelu' | 'joinChannels' | 'sliceChannels'
> {
  /** x times a factor per channel, plus a constant per channel. */
  readonly channelAffine: (x: Tensor, factor: Tensor1D, constant: Tensor1D) => Tensor;
  readonly reverseRows: ReverseRows;
}

/** All kernels from a backend's basic steps. */
export function composeKernels(basics: Basics): Kernels {
  return {
    ...basics,
    gather,
    spread: (features, filter, geometry, bias) =>
      spread({ features, filter, bias }, geometry, basics.reverseRows),
    filterGradient,
    dense: (input, weight, bias) => {
      const product: Tensor2D = matMul(input, vectors(weight.value));
      return bias ? add(product, bias) : product;
    },
    // The transpose of weight x gradient': two small tensors are turned round in place of the weight.
    denseInputGradient: (outputGradient, weight) =>
      transpose(matMul(vectors(weight.value), transpose(outputGradient))),
    transposedProduct: (a, b) => matMul(transpose(a), b),
    blend: (a, b) => add(mul(a.of, a.share), mul(b.of, b.share)),
    leakyReluGradient: (outputGradient, output, slope) => mul(outputGradient, step(output, slope)),
    maxPool: (image, size) => maxPool(image, size, size, 'valid'),
    maxPoolGradient: (outputGradient, pass, size) =>
      maxPoolGradient({ outputGradient, ...pass, size }, basics),
    tanhGradient: (outputGradient, output) => mul(outputGradient, sub(1, square(output))),
    ...composeNorm(basics),
    adamState,
    adamRates: (rates) => rates,
  };
}

/** Batch normalisation; between the passes it keeps the centred input, which both gradients need. */
function composeNorm({
  channelSums,
  channelAffine,
}: Basics): Pick<Kernels, 'normalise' | 'normaliseBatch' | 'normaliseBatchGradient'> {
  const normalise = (x: Tensor, { scale, shift }: Affine, { mean, variance }: BatchMoments): Tensor => {
    const factor: Tensor1D = mul(scale, inverseDeviation(variance));
    return channelAffine(x, factor, sub(shift, mul(mean, factor)));
  };
  return {
    normalise,
    normaliseBatch: (x, { scale, shift }) => {
      const share = (x.shape.at(-1) ?? 1) / x.size;
      const mean: Tensor1D = mul(channelSums(x), share);
      const centred = sub(x, mean);
      const variance: Tensor1D = mul(channelSums(square(centred)), share);
      const output = channelAffine(centred, mul(scale, inverseDeviation(variance)), shift);
      return { output, saved: { x: centred, mean, variance } };
    },
    // With x̂ the normalised x over m samples: dx = scale / σ (dy - Σdy / m - x̂ Σ(dy x̂) / m).
    normaliseBatchGradient: (outputGradient, { x: centred, variance }: BatchNormSaved, scale) => {
      const share = (centred.shape.at(-1) ?? 1) / centred.size;
      const inverse = inverseDeviation(variance);
      const ofShift = channelSums(outputGradient);
      const ofScale: Tensor1D = mul(channelSums(mul(outputGradient, centred)), inverse);
      const factor: Tensor1D = mul(scale, inverse);
      const constant: Tensor1D = mul(mul(factor, ofShift), -share);
      const ofCentred: Tensor1D = mul(mul(mul(factor, inverse), ofScale), -share);
      const input = add(channelAffine(outputGradient, factor, constant), mul(centred, ofCentred));
      return { input, scale: ofScale, shift: ofShift };
    },
  };
}

function inverseDeviation(variance: Tensor1D): Tensor1D {
  return rsqrt(add(variance, NORM_EPSILON));
}

/** [samples, channels]: every axis but the last as one. */
export function rows(x: Tensor): Tensor2D {
  return reshape(x, [-1, x.shape.at(-1) ?? 1]);
}
