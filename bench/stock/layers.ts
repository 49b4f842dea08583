// The layers of both networks as TensorFlow.js's documentation writes them: stock operations, left to autodiff.
import {
  add,
  batchNorm,
  cast,
  concat,
  conv2d,
  conv2dTranspose,
  leakyRelu,
  matMul,
  maxPool,
  moments,
  oneHot,
  pad,
  relu,
  reshape,
  tanh,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  type Variable,
} from '@tensorflow/tfjs-core';
import { layerOutputShape, type LayerSpec } from '@tessera/core/architecture';

/** A layer as a function of its input, its labels and the variables that it holds. */
export type StockLayer = (x: Tensor, labels: Tensor1D) => Tensor;

/** Makes a layer's variables. */
export interface VariableMaker {
  /** Drawn within ±1/√fanIn. */
  readonly weight: (shape: readonly number[], fanIn: number) => Variable;
  readonly constant: (shape: readonly number[], value: number) => Variable;
}

const NORM_EPSILON = 1e-5;

/** One layer; `input` is the per-sample shape that enters it. */
export function stockLayer(layer: LayerSpec, input: readonly number[], make: VariableMaker): StockLayer {
  const output = layerOutputShape(layer, input);
  const into = input.at(-1) ?? 1;
  switch (layer.kind) {
    case 'label-vector':
      return embedding(make.weight([layer.classes, layer.width], 1), [layer.width]);
    case 'label-plane': {
      const plane = [input[0] ?? 1, input[1] ?? 1, 1];
      return embedding(make.weight([layer.classes, (input[0] ?? 1) * (input[1] ?? 1)], 1), plane);
    }
    case 'dense': {
      const weight = make.weight([into, layer.outputs], into);
      const bias = make.constant([layer.outputs], 0);
      return (x) => add(matMul(x as Tensor2D, weight as Tensor2D), bias); // a dense layer's input is [batch, units]
    }
    case 'conv2d':
    case 'transposed-conv2d':
      return convolution(layer, { input, output }, make);
    case 'batch-norm': {
      const [scale, shift] = [make.constant([into], 1), make.constant([into], 0)];
      return (x) => {
        const { mean, variance } = moments(
          x,
          x.shape.slice(0, -1).map((_, axis) => axis),
        );
        return batchNorm(
          x,
          mean as Tensor1D,
          variance as Tensor1D,
          shift as Tensor1D,
          scale as Tensor1D,
          NORM_EPSILON,
        );
      };
    }
    case 'relu':
      return (x) => relu(x);
    case 'leaky-relu':
      return (x) => leakyRelu(x, layer.slope);
    case 'tanh':
      return (x) => tanh(x);
    case 'max-pool':
      return (x) => maxPool(x as Tensor4D, layer.size, layer.size, 'valid');
    case 'unflatten':
    case 'flatten':
      return (x) => reshape(x, [x.shape[0], ...output]);
    default:
      return layer satisfies never;
  }
}

/** As a product with one-hot rows: a look-up has no gradient on wasm. */
function embedding(table: Variable, shape: readonly number[]): StockLayer {
  return (x, labels) => {
    const rows = matMul(cast(oneHot(labels, table.shape[0]), 'float32') as Tensor2D, table as Tensor2D);
    return concat([x, reshape(rows, [x.shape[0], ...shape])], -1);
  };
}

function convolution(
  { kind, kernel, stride, padding, channels }: Extract<LayerSpec, { kernel: number }>,
  { input, output }: { readonly input: readonly number[]; readonly output: readonly number[] },
  make: VariableMaker,
): StockLayer {
  const into = input[2] ?? 1;
  const [height = 1, width = 1] = output;
  const down = kind === 'conv2d';
  const filter = make.weight(
    [kernel, kernel, ...(down ? [into, channels] : [channels, into])],
    into * kernel * kernel,
  ) as Variable & Tensor4D; // four axes in the line above
  const bias = make.constant([channels], 0);
  if (!down)
    return (x) => {
      const size: [number, number, number, number] = [x.shape[0], height, width, channels];
      return add(conv2dTranspose(x as Tensor4D, filter, size, stride, 'same'), bias);
    };
  // 'same' would put the window elsewhere where the stride does not divide the image.
  const same = (input[0] ?? 1) % stride === 0;
  const around: [number, number][] = [
    [0, 0],
    [padding, padding],
    [padding, padding],
    [0, 0],
  ];
  return (x) => {
    const image = x as Tensor4D; // a convolution's input is an image
    const features = same
      ? conv2d(image, filter, stride, 'same')
      : conv2d(pad(image, around), filter, stride, 'valid');
    return add(features, bias);
  };
}
