// TensorFlow.js has no filter gradient on wasm; without one stock autodiff cannot train a convolution there at all.
import {
  backend,
  backend_util,
  engine,
  matMul,
  pad,
  registerKernel,
  reshape,
  stack,
  stridedSlice,
  type KernelConfig,
  type Tensor,
  type Rank,
  type Tensor4D,
  type TensorInfo,
} from '@tensorflow/tfjs-core';

interface Attributes {
  readonly strides: [number, number] | number;
  readonly pad: 'valid' | 'same' | number;
  readonly filterShape: [number, number, number, number];
}

/** Registers the obvious one for the wasm backend: a matrix product for each tap of the filter, of stock operations. */
export function registerNaiveFilterGradient(): void {
  registerKernel({
    kernelName: 'Conv2DBackpropFilter',
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs }) => {
      const [x, dy] = [inputs.x, inputs.dy].map(asTensor) as [Tensor4D, Tensor4D]; // two in, two out
      return filterGradient(x, dy, attrs as unknown as Attributes); // what Conv2D's own gradient passes
    },
  } satisfies KernelConfig);
}

function filterGradient(
  x: Tensor4D,
  dy: Tensor4D,
  { strides, pad: padding, filterShape }: Attributes,
): Tensor {
  const info = backend_util.computeConv2DInfo(x.shape, filterShape, strides, 1, padding);
  const { top, bottom, left, right } = info.padInfo;
  const padded = pad(x, [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ]);
  const [batch, , , channels] = x.shape;
  const { outHeight, outWidth, strideHeight, strideWidth, filterHeight, filterWidth } = info;
  const gradient = reshape<Rank.R2>(dy, [-1, dy.shape[3]]);
  const taps = Array.from({ length: filterHeight * filterWidth }, (_, tap) => {
    const [top, left] = [Math.floor(tap / filterWidth), tap % filterWidth];
    const seen = stridedSlice(
      padded,
      [0, top, left, 0],
      [batch, top + (outHeight - 1) * strideHeight + 1, left + (outWidth - 1) * strideWidth + 1, channels],
      [1, strideHeight, strideWidth, 1],
    );
    return matMul(reshape<Rank.R2>(seen, [-1, channels]), gradient, true, false);
  });
  return reshape(stack(taps), filterShape);
}

function asTensor(info: TensorInfo | undefined): Tensor {
  if (!info) throw new Error('a filter gradient needs an image and a gradient');
  backend().incRef(info.dataId); // a second holder, which the engine disposes of like any other
  return engine().makeTensorFromTensorInfo(info);
}
