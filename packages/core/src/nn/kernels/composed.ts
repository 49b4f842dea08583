// Kernels composed of the few operations that every TensorFlow.js backend runs fast: stride-1 convolutions and
// plain matrix products. The backends' own gradient kernels are missing (wasm) or naive (wasm, webgpu).
import {
  add,
  mean,
  mul,
  matMul,
  reshape,
  rsqrt,
  square,
  step,
  sub,
  sum,
  transpose,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { vectors } from '../axes.ts';
import { filterGradient, gather, spread } from './composed-convolution.ts';
import { type Affine, type BatchMoments, type Kernels, NORM_EPSILON } from './kernels.ts';

/** The kernels of the wasm, webgpu and cpu backends. */
export const composedKernels: Kernels = {
  gather,
  spread,
  filterGradient,
  dense: (input, weight, bias) => {
    const product: Tensor2D = matMul(input, vectors(weight.value));
    return bias ? add(product, bias) : product;
  },
  denseInputGradient: (outputGradient, weight) =>
    matMul(outputGradient, vectors(weight.derived('transposed', (value) => transpose(value)))),
  transposedProduct: (a, b) => matMul(transpose(a), b),
  channelSums: (x) => sum(rows(x), 0),
  normaliseBatch,
  normalise,
  normaliseBatchGradient,
  leakyReluGradient: (outputGradient, output, slope) => mul(outputGradient, step(output, slope)),
  tanhGradient: (outputGradient, output) => mul(outputGradient, sub(1, square(output))),
};

function normaliseBatch(x: Tensor, affine: Affine): { output: Tensor; moments: BatchMoments } {
  const samples = rows(x);
  const average: Tensor1D = mean(samples, 0);
  const variance: Tensor1D = mean(square(sub(samples, average)), 0);
  const moments = { mean: average, variance };
  return { output: normalise(x, affine, moments), moments };
}

function normalise(x: Tensor, affine: Affine, { mean: average, variance }: BatchMoments): Tensor {
  const factor = mul(affine.scale, inverseDeviation(variance));
  return add(mul(x, factor), sub(affine.shift, mul(average, factor)));
}

/** With x̂ the normalised x over m samples: dx = scale / σ (dy - Σdy / m - x̂ Σ(dy x̂) / m), as a multiple of dy plus one of x. */
function normaliseBatchGradient(
  outputGradient: Tensor,
  x: Tensor,
  { scale, moments }: { readonly scale: Tensor1D; readonly moments: BatchMoments },
): { input: Tensor; scale: Tensor1D; shift: Tensor1D } {
  const inverse = inverseDeviation(moments.variance);
  const centred = sub(rows(x), moments.mean);
  const samples = centred.shape[0];
  const gradient = rows(outputGradient);
  const shiftGradient: Tensor1D = sum(gradient, 0);
  const scaleGradient: Tensor1D = mul(sum(mul(gradient, centred), 0), inverse);
  const factor = mul(scale, inverse);
  const ofX = mul(mul(factor, inverse), mul(scaleGradient, -1 / samples));
  const constant = mul(factor, mul(shiftGradient, -1 / samples));
  const input = add(add(mul(gradient, factor), mul(centred, ofX)), constant);
  return { input: reshape(input, x.shape), scale: scaleGradient, shift: shiftGradient };
}

function inverseDeviation(variance: Tensor1D): Tensor1D {
  return rsqrt(add(variance, NORM_EPSILON));
}

/** [samples, channels]: every axis but the last as one. */
export function rows(x: Tensor): Tensor2D {
  return reshape(x, [-1, x.shape.at(-1) ?? 1]);
}
