// Kernels of the `tensorflow` backend (tfjs-node): TensorFlow's own gradient and fused operations.
import { matMul, reshape, tensor1d, type Tensor, type Tensor1D, type Tensor4D } from '@tensorflow/tfjs-core';
import { channels, images, vectors } from '../../axes.ts';
import { rows } from '../composed.ts';
import { generalKernels } from '../general.ts';
import { NORM_EPSILON, type Kernels } from '../kernels.ts';
import { adamRates, adamState } from './adam-state.ts';
import { FLOAT, flag, float, integers, run, runMany, text } from './operations.ts';
import { windowOf } from './window.ts';

const NHWC = text('NHWC');

/** The kernels of the `tensorflow` backend. */
export const tensorflowKernels: Kernels = {
  ...generalKernels,
  gather: (image, filter, geometry, bias) => {
    const { reading } = windowOf(geometry);
    return withBias(images(run('Conv2D', reading, [image, filter.value])), bias);
  },
  spread: (features, filter, geometry, bias) => {
    const { writing, size, leave } = windowOf(geometry);
    const shape = tensor1d([features.shape[0], ...size, filter.value.shape[2] ?? 0], 'int32');
    const image = images(run('Conv2DBackpropInput', writing, [shape, filter.value, features]));
    return withBias(leave(image), bias);
  },
  filterGradient: (image, features, geometry) => {
    const { reading } = windowOf(geometry);
    const { kernel } = geometry;
    const shape = tensor1d([kernel, kernel, image.shape[3], features.shape[3]], 'int32');
    return images(run('Conv2DBackpropFilter', reading, [image, shape, features]));
  },
  denseInputGradient: (gradient, weight) => matMul(gradient, vectors(weight.value), false, true),
  // By this name, which is three times as fast here as the BatchMatMulV2 that matMul() runs.
  transposedProduct: (a, b) =>
    vectors(run('MatMul', { T: FLOAT, transpose_a: flag(true), transpose_b: flag(false) }, [a, b])),
  channelSums: (x) => channels(run('BiasAddGrad', { T: FLOAT, data_format: NHWC }, [rows(x)])),
  normaliseBatch: (x, { scale, shift }) => {
    const attributes = { ...normAttributes, exponential_avg_factor: float(1) };
    const inputs = [asImages(x), scale, shift, none(), none()];
    const outputs = runMany('FusedBatchNormV3', attributes, { inputs, outputs: 6 });
    // The fifth output is the biased variance (on the CPU); the third one is the unbiased.
    const [output, mean, , , variance] = outputs;
    if (!output || !mean || !variance) throw new Error('FusedBatchNormV3 gave too few outputs');
    const saved = { x, mean: channels(mean), variance: channels(variance) };
    return { output: likeInput(output, x), saved };
  },
  normaliseBatchGradient: (outputGradient, { x, mean, variance }, scale) => {
    const inputs = [asImages(outputGradient), asImages(x), scale, mean, variance, none()];
    const [input, ofScale, ofShift] = runMany('FusedBatchNormGradV3', normAttributes, { inputs, outputs: 5 });
    if (!input || !ofScale || !ofShift) throw new Error('FusedBatchNormGradV3 gave too few outputs');
    return { input: likeInput(input, x), scale: channels(ofScale), shift: channels(ofShift) };
  },
  leakyReluGradient: (gradient, output, slope) =>
    slope === 0
      ? run('ReluGrad', { T: FLOAT }, [gradient, output])
      : run('LeakyReluGrad', { T: FLOAT, alpha: float(slope) }, [gradient, output]),
  maxPoolGradient: (gradient, { image, output }, size) => {
    const window = integers([1, size, size, 1]);
    const attributes = {
      T: FLOAT,
      ksize: window,
      strides: window,
      padding: text('VALID'),
      data_format: NHWC,
    };
    return images(run('MaxPoolGrad', attributes, [image, output, gradient]));
  },
  tanhGradient: (gradient, output) => run('TanhGrad', { T: FLOAT }, [output, gradient]),
  adamState,
  adamRates,
};

const normAttributes = {
  T: FLOAT,
  U: FLOAT,
  epsilon: float(NORM_EPSILON),
  data_format: NHWC,
  is_training: flag(true),
};

function withBias(x: Tensor4D, bias: Tensor1D | undefined): Tensor4D {
  return bias ? images(run('BiasAdd', { T: FLOAT, data_format: NHWC }, [x, bias])) : x;
}

/** The fused operations want images; vectors become images of one pixel. */
function asImages(x: Tensor): Tensor4D {
  return x.rank === 4 ? images(x) : reshape(x, [-1, 1, 1, x.shape.at(-1) ?? 1]);
}

/** What the fused operations gave, in the shape of what went in. */
function likeInput(image: Tensor, { rank, shape }: Tensor): Tensor {
  return rank === 4 ? image : reshape(image, shape);
}

function none(): Tensor1D {
  return tensor1d([], 'float32');
}
