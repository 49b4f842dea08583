// Kernels of the `webgpu` backend: the composed convolutions, and what surrounds them in as few dispatches as it takes.
import { generalKernels } from '../general.ts';
import { NORM_EPSILON, type Kernels } from '../kernels.ts';
import { adamState } from './adam-state.ts';
import { directWhereSmall } from './direct.ts';
import { packHalves } from './half.ts';
import { channelSum, elementwise } from './programs.ts';

const settings = { epsilon: NORM_EPSILON };

/** The kernels of the `webgpu` backend. */
export const webgpuKernels: Kernels = {
  ...generalKernels,
  ...directWhereSmall(generalKernels),
  channelSums: (x) => channelSum('let value = x[i];', { shape: x.shape, variables: { x } }),
  normalise: (x, { scale, shift }, { mean, variance }) =>
    elementwise('let value = (x[i] - mean[c]) * inverseSqrt(variance[c] + epsilon) * scale[c] + shift[c];', {
      shape: x.shape,
      variables: { x, mean, variance, scale, shift },
      settings,
    }),
  normaliseBatch: (x, affine) => {
    const share = (x.shape.at(-1) ?? 1) / x.size;
    const mean = channelSum('let value = x[i] * share;', {
      shape: x.shape,
      variables: { x },
      settings: { share },
    });
    const variance = channelSum('let centred = x[i] - mean[c]; let value = centred * centred * share;', {
      shape: x.shape,
      variables: { x, mean },
      settings: { share },
    });
    return { output: webgpuKernels.normalise(x, affine, { mean, variance }), saved: { x, mean, variance } };
  },
  normaliseBatchGradient: (dy, { x, mean, variance }, scale) => {
    const { shape } = x;
    const share = (shape.at(-1) ?? 1) / x.size;
    const shiftGradient = channelSum('let value = dy[i];', { shape, variables: { dy } });
    const scaleGradient = channelSum(
      'let value = dy[i] * (x[i] - mean[c]) * inverseSqrt(variance[c] + epsilon);',
      { shape, variables: { dy, x, mean, variance }, settings },
    );
    const input = elementwise(
      `let inverse = inverseSqrt(variance[c] + epsilon);
       let own = (x[i] - mean[c]) * inverse * ofScale[c];
       let value = scale[c] * inverse * (dy[i] - share * (ofShift[c] + own));`,
      {
        shape,
        variables: { dy, x, mean, variance, scale, ofScale: scaleGradient, ofShift: shiftGradient },
        settings: { ...settings, share },
      },
    );
    return { input, scale: scaleGradient, shift: shiftGradient };
  },
  blend: (a, b) =>
    elementwise('let value = a[i] * shareOfA + b[i] * shareOfB;', {
      shape: a.of.shape,
      variables: { a: a.of, b: b.of },
      settings: { shareOfA: a.share, shareOfB: b.share },
    }),
  leakyReluGradient: (dy, output, slope) =>
    elementwise('let value = dy[i] * select(slope, 1.0, output[i] > 0.0);', {
      shape: dy.shape,
      variables: { dy, output },
      settings: { slope },
    }),
  tanhGradient: (dy, output) =>
    elementwise('let value = dy[i] * (1.0 - output[i] * output[i]);', {
      shape: dy.shape,
      variables: { dy, output },
    }),
  adamState,
  packHalves,
};
