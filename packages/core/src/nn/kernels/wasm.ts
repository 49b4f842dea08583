// The composed kernels with each basic step in the form that is fast on wasm, where some operations are scalar code or
// loops in JavaScript. Factors measured on [48, 28, 28, 16] and the like.
import {
  concat,
  matMul,
  mul,
  relu,
  reshape,
  slice,
  step,
  transpose,
  fused,
  avgPool,
  fill,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { channels, images } from '../axes.ts';
import { composeKernels, rows } from './composed.ts';

/** The kernels of the `wasm` backend. */
export const wasmKernels = composeKernels({
  // Pixels by pooling, then samples as a product with ones: 10 times faster than sum(), and two short sums round less.
  channelSums: (x) => {
    const [batch, count] = [x.shape[0], x.shape.at(-1) ?? 1];
    const perSample = x.rank === 4 ? poolPixels(images(x)) : x;
    const pixels = x.size / batch / count;
    const total = matMul(fill([1, batch], pixels), reshape(perSample, [batch, count]));
    return channels(reshape(total, [count]));
  },
  // As a depthwise 1x1 convolution: one pass of vector code in place of two slower ones.
  channelAffine: (x, factor, constant) => {
    const count = factor.size;
    const lines = images(reshape(x, [1, -1, 1, count]));
    const filter = images(reshape(factor, [1, 1, count, 1]));
    const result = fused.depthwiseConv2d({ x: lines, filter, strides: 1, pad: 'valid', bias: constant });
    return reshape(result, x.shape);
  },
  // Row by row, which copies memory: reverse() goes number by number.
  reverseRows: (x) => {
    const row = x.shape.slice(1);
    const rows = Array.from({ length: x.shape[0] }, (_, i) =>
      slice(x, [i, ...row.map(() => 0)], [1, ...row]),
    );
    return concat(rows.reverse(), 0);
  },
  // As a product with the step function: 10 times faster than leakyRelu().
  leakyRelu: (x, slope) => (slope === 0 ? relu(x) : mul(x, step(x, slope))),
  // Channel by channel instead of pixel by pixel: 10 to 50 times faster than concat() and slice() along the last axis.
  joinChannels: (a, b) => {
    const joined = transpose(concat([transpose(rows(a)), transpose(rows(b))], 0));
    return reshape(joined, [...a.shape.slice(0, -1), joined.shape[1]]);
  },
  sliceChannels: (x, start, count) => {
    const byChannel = transpose(rows(x));
    const own = slice(byChannel, [start, 0], [count, byChannel.shape[1]]);
    return reshape(transpose(own), [...x.shape.slice(0, -1), count]);
  },
});

/** Each sample's mean per channel. */
function poolPixels(x: Tensor4D): Tensor4D {
  return avgPool(x, [x.shape[1], x.shape[2]], 1, 'valid');
}
