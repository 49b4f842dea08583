// The composed kernels with each basic step as the one TensorFlow.js operation made for it: for webgpu, webgl and cpu.
import { add, concat, leakyRelu, mul, relu, reverse, slice, sum } from '@tensorflow/tfjs-core';
import { composeKernels, rows } from './composed.ts';

/** The kernels of backends without peculiarities. */
export const generalKernels = composeKernels({
  channelSums: (x) => sum(rows(x), 0),
  channelAffine: (x, factor, constant) => add(mul(x, factor), constant),
  reverseRows: (x) => reverse(x, 0),
  leakyRelu: (x, slope) => (slope === 0 ? relu(x) : leakyRelu(x, slope)),
  joinChannels: (a, b) => concat([a, b], -1),
  sliceChannels: (x, start, count) => {
    const outer = x.shape.slice(0, -1);
    return slice(x, [...outer.map(() => 0), start], [...outer, count]);
  },
});
