// The numeric kernels that layers are made of: what every backend's implementation must offer.
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { Parameter } from '../parameter.ts';
import type { AdamRates, AdamState } from './adam-state.ts';

/**
 * A convolution seen from both its ends: an image of height x width and the feature map that a strided window
 * makes of it. A Conv2d goes from image to features; a transposed one goes the other way with the same numbers.
 */
export interface ConvolutionGeometry {
  readonly kernel: number;
  readonly stride: number;
  /** Zero padding of the image on each side; rows that no whole window reaches are left over at the far end. */
  readonly padding: number;
  readonly image: readonly [height: number, width: number];
  readonly features: readonly [height: number, width: number];
}

/** Statistics of one batch per channel: the mean and the biased variance. */
export interface BatchMoments {
  readonly mean: Tensor1D;
  readonly variance: Tensor1D;
}

/** What batch normalisation keeps between the passes. */
export interface BatchNormSaved extends BatchMoments {
  /** The input, in whatever form the implementation's gradient wants it. */
  readonly x: Tensor;
}

/** The gradients of batch normalisation. */
export interface BatchNormGradients {
  readonly input: Tensor;
  readonly scale: Tensor1D;
  readonly shift: Tensor1D;
}

/** Scale and shift of a normalisation per channel. */
export interface Affine {
  readonly scale: Tensor1D;
  readonly shift: Tensor1D;
}

/** What went into a pooling and what came out. */
export interface PoolPass {
  readonly image: Tensor4D;
  readonly output: Tensor4D;
}

/** A tensor and what it is multiplied with. */
export interface Share {
  readonly of: Tensor;
  readonly share: number;
}

/** What a backend must offer. Kernels own nothing: callers run them inside a `tidy`. Filters are [kernel, kernel, image channels, feature channels]. */
export interface Kernels {
  /** Image [n, H, W, c] to features [n, h, w, f], plus a bias per feature channel. */
  readonly gather: (
    image: Tensor4D,
    filter: Parameter,
    geometry: ConvolutionGeometry,
    bias?: Tensor1D,
  ) => Tensor4D;
  /** Features [n, h, w, f] to image [n, H, W, c], the transpose of `gather`, plus a bias per image channel. */
  readonly spread: (
    features: Tensor4D,
    filter: Parameter,
    geometry: ConvolutionGeometry,
    bias?: Tensor1D,
  ) => Tensor4D;
  /** The filter's gradient, from the image and the feature map of either direction. */
  readonly filterGradient: (image: Tensor4D, features: Tensor4D, geometry: ConvolutionGeometry) => Tensor4D;
  /** [n, in] times [in, out], plus a bias. */
  readonly dense: (input: Tensor2D, weight: Parameter, bias?: Tensor1D) => Tensor2D;
  /** [n, out] times the transposed weight. */
  readonly denseInputGradient: (outputGradient: Tensor2D, weight: Parameter) => Tensor2D;
  /** [in, n] times [n, out]: the product of the transposed first with the second. */
  readonly transposedProduct: (a: Tensor2D, b: Tensor2D) => Tensor2D;
  /** Sums over every axis but the last. */
  readonly channelSums: (x: Tensor) => Tensor1D;
  /** Two tensors of equal shape up to their last axis, joined along it. */
  readonly joinChannels: (a: Tensor, b: Tensor) => Tensor;
  /** A stretch of the last axis. */
  readonly sliceChannels: (x: Tensor, start: number, count: number) => Tensor;
  /** Batch normalisation with the batch's own statistics (of every axis but the last). */
  readonly normaliseBatch: (x: Tensor, affine: Affine) => { output: Tensor; saved: BatchNormSaved };
  /** Normalisation with given statistics. */
  readonly normalise: (x: Tensor, affine: Affine, moments: BatchMoments) => Tensor;
  /** Gradients of `normaliseBatch`. */
  readonly normaliseBatchGradient: (
    outputGradient: Tensor,
    saved: BatchNormSaved,
    scale: Tensor1D,
  ) => BatchNormGradients;
  /** Both tensors, each times its share, added up. */
  readonly blend: (a: Share, b: Share) => Tensor;
  /** max(x, slope x) for a slope in [0, 1); slope 0 is ReLU. */
  readonly leakyRelu: (x: Tensor, slope: number) => Tensor;
  /** Gradient of `leakyRelu` from its output. */
  readonly leakyReluGradient: (outputGradient: Tensor, output: Tensor, slope: number) => Tensor;
  /** The largest of each size x size window, windows side by side; pixels that no whole window reaches are left out. */
  readonly maxPool: (image: Tensor4D, size: number) => Tensor4D;
  /** Gradient of `maxPool`: to the first of the largest numbers of each window, row by row. */
  readonly maxPoolGradient: (outputGradient: Tensor4D, pass: PoolPass, size: number) => Tensor4D;
  /** Gradient of tanh from its output. */
  readonly tanhGradient: (outputGradient: Tensor, output: Tensor) => Tensor;
  /** Adam's state of one parameter, from moments that it takes over. */
  readonly adamState: (m: Tensor, v: Tensor) => AdamState;
  /**
   * Tensors in the wire's half precision, one after the other: int32, of each the power of two first (NOT_FINITE when a
   * number is none), then the numbers two by two, the first of each in the lower half. Only where reading back is slow;
   * bit for bit what `toHalves` gives.
   */
  readonly packHalves?: (tensors: readonly Tensor[]) => Tensor;
  /** The numbers of one step in the form that this backend's states want them. */
  readonly adamRates: (rates: AdamRates) => AdamRates;
}

/** What `packHalves` says instead of a power of two. */
export const NOT_FINITE = 0x7fffffff;

/** Added to a variance before its root, as in PyTorch. */
export const NORM_EPSILON = 1e-5;
