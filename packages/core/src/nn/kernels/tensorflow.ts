// Kernels of the `tensorflow` backend (tfjs-node): TensorFlow's own operations by name, gradients and fused ones included.
import {
  backend,
  matMul,
  pad,
  reshape,
  slice,
  tensor1d,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { channels, images, vectors } from '../axes.ts';
import { rows } from './composed.ts';
import { generalKernels } from './general.ts';
import { type ConvolutionGeometry, type Kernels, NORM_EPSILON } from './kernels.ts';

/** The part of tfjs-node's backend that runs any TensorFlow operation; its package exports no type for it. */
interface OperationBackend {
  readonly binding: Readonly<Record<AttributeType | 'TF_FLOAT', number>>;
  executeSingleOutput(name: string, attributes: readonly Attribute[], inputs: readonly Tensor[]): Tensor;
  executeMultipleOutputs(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly Tensor[],
    outputs: number,
  ): Tensor[];
}

type AttributeType = 'TF_ATTR_STRING' | 'TF_ATTR_INT' | 'TF_ATTR_FLOAT' | 'TF_ATTR_BOOL' | 'TF_ATTR_TYPE';

interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** The kernels of the `tensorflow` backend. */
export const tensorflowKernels: Kernels = {
  ...generalKernels,
  gather: (image, filter, geometry, bias) => {
    const window = windowOf(geometry);
    const features = images(run('Conv2D', window.attributes, [window.enter(image), filter.value]));
    return bias ? withBias(features, bias) : features;
  },
  spread: (features, filter, geometry, bias) => {
    const window = windowOf(geometry);
    const size = [features.shape[0], ...window.size, filter.value.shape[2] ?? 0];
    const inputs = [tensor1d(size, 'int32'), filter.value, features];
    const image = window.leave(images(run('Conv2DBackpropInput', window.attributes, inputs)));
    return bias ? withBias(image, bias) : image;
  },
  filterGradient: (image, features, geometry) => {
    const window = windowOf(geometry);
    const { kernel } = geometry;
    const size = tensor1d([kernel, kernel, image.shape[3], features.shape[3]], 'int32');
    return images(run('Conv2DBackpropFilter', window.attributes, [window.enter(image), size, features]));
  },
  denseInputGradient: (gradient, weight) => matMul(gradient, vectors(weight.value), false, true),
  transposedProduct: (a, b) => matMul(a, b, true, false),
  channelSums: (x) => channels(run('BiasAddGrad', { data_format: 'NHWC' }, [rows(x)])),
  normaliseBatch: (x, { scale, shift }) => {
    const attributes = { ...normAttributes(), exponential_avg_factor: 1 };
    const inputs = [asImages(x), scale, shift, none(), none()];
    // The fifth output is the biased variance on the CPU; the third one is the unbiased.
    const [output, mean, , , variance] = runMany('FusedBatchNormV3', attributes, inputs, 6);
    if (!output || !mean || !variance) throw new Error('FusedBatchNormV3 gave too few outputs');
    const saved = { x, mean: channels(mean), variance: channels(variance) };
    return { output: reshape(output, x.shape), saved };
  },
  normaliseBatchGradient: (outputGradient, { x, mean, variance }, scale) => {
    const inputs = [asImages(outputGradient), asImages(x), scale, mean, variance, none()];
    const [input, ofScale, ofShift] = runMany('FusedBatchNormGradV3', normAttributes(), inputs, 5);
    if (!input || !ofScale || !ofShift) throw new Error('FusedBatchNormGradV3 gave too few outputs');
    return { input: reshape(input, x.shape), scale: channels(ofScale), shift: channels(ofShift) };
  },
  leakyReluGradient: (gradient, output, slope) =>
    slope === 0
      ? run('ReluGrad', {}, [gradient, output])
      : run('LeakyReluGrad', { alpha: slope }, [gradient, output]),
  tanhGradient: (gradient, output) => run('TanhGrad', {}, [output, gradient]),
};

/** How TensorFlow is to place the window; its fast kernels know 'SAME' and 'VALID' only. */
interface Window {
  readonly attributes: Readonly<Record<string, unknown>>;
  /** [height, width] of the image that the operation sees. */
  readonly size: readonly [number, number];
  /** From the layer's image to the one that the operation sees. */
  enter(image: Tensor4D): Tensor4D;
  /** The way back. */
  leave(image: Tensor4D): Tensor4D;
}

/** 'SAME' where it means the layer's padding, else 'VALID' on an image padded to exactly the pixels that windows reach. */
function windowOf({ kernel, stride, padding, image, features }: ConvolutionGeometry): Window {
  const attributes = (kind: 'SAME' | 'VALID') => ({
    strides: [1, stride, stride, 1],
    padding: kind,
    data_format: 'NHWC',
    dilations: [1, 1, 1, 1],
  });
  const reach = (axis: 0 | 1) => (features[axis] - 1) * stride + kernel;
  const isSame = ([0, 1] as const).every((axis) => {
    const total = reach(axis) - image[axis];
    return (
      features[axis] === Math.ceil(image[axis] / stride) && total >= 0 && Math.floor(total / 2) === padding
    );
  });
  const unchanged = (x: Tensor4D) => x;
  if (isSame) return { attributes: attributes('SAME'), size: image, enter: unchanged, leave: unchanged };
  const size = [reach(0), reach(1)] as const;
  return { attributes: attributes('VALID'), size, ...fitting(padding, image, size) };
}

type Size = readonly [height: number, width: number];

/** Pads an image to `size` and cuts one of `size` back, where the two may differ at the far end either way. */
function fitting(padding: number, image: Size, size: Size): Pick<Window, 'enter' | 'leave'> {
  const over = (axis: 0 | 1) => size[axis] - padding - image[axis];
  const ends = (grow: (axis: 0 | 1) => number, before: number): [number, number][] => [
    [0, 0],
    [before, grow(0)],
    [before, grow(1)],
    [0, 0],
  ];
  const cut = (x: Tensor4D, start: number, [height, width]: Size) =>
    slice(x, [0, start, start, 0], [x.shape[0], height, width, x.shape[3]]);
  return {
    enter: (x) => {
      const padded = pad(
        x,
        ends((axis) => Math.max(0, over(axis)), padding),
      );
      return over(0) < 0 || over(1) < 0 ? cut(padded, 0, size) : padded;
    },
    leave: (x) => {
      const missing = pad(
        x,
        ends((axis) => Math.max(0, -over(axis)), 0),
      );
      return cut(over(0) < 0 || over(1) < 0 ? missing : x, padding, image);
    },
  };
}

function withBias(x: Tensor4D, bias: Tensor1D): Tensor4D {
  return images(run('BiasAdd', { data_format: 'NHWC' }, [x, bias]));
}

function normAttributes() {
  return { U: operations().binding.TF_FLOAT, epsilon: NORM_EPSILON, data_format: 'NHWC', is_training: true };
}

/** Statistics do not care where pixels stand: every axis but the last becomes the batch. */
function asImages(x: Tensor): Tensor4D {
  return reshape(x, [-1, 1, 1, x.shape.at(-1) ?? 1]);
}

function none(): Tensor1D {
  return tensor1d([], 'float32');
}

function run(name: string, attributes: Readonly<Record<string, unknown>>, inputs: readonly Tensor[]): Tensor {
  return operations().executeSingleOutput(name, typed(attributes), inputs);
}

function runMany(
  name: string,
  attributes: Readonly<Record<string, unknown>>,
  inputs: readonly Tensor[],
  outputs: number,
): Tensor[] {
  return operations().executeMultipleOutputs(name, typed(attributes), inputs, outputs);
}

/** Every operation used here has its element type as `T`; the kinds of the others follow from their values. */
function typed(attributes: Readonly<Record<string, unknown>>): Attribute[] {
  const { binding } = operations();
  return [
    { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    ...Object.entries(attributes).map(([name, value]) => ({
      name,
      type: binding[kindOf(name, value)],
      value,
    })),
  ];
}

function kindOf(name: string, value: unknown): AttributeType {
  if (name === 'U') return 'TF_ATTR_TYPE';
  if (name === 'epsilon' || name === 'alpha' || name === 'exponential_avg_factor') return 'TF_ATTR_FLOAT';
  if (typeof value === 'boolean') return 'TF_ATTR_BOOL';
  return typeof value === 'string' ? 'TF_ATTR_STRING' : 'TF_ATTR_INT';
}

function operations(): OperationBackend {
  // Only reached when the backend is named `tensorflow`, which is tfjs-node's.
  return backend() as unknown as OperationBackend;
}
