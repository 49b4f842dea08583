// One layer as a forward pass that remembers how to go back.
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import type { Parameter } from '../parameter.ts';

/** How a forward pass runs. */
export interface ForwardOptions {
  /** 'training' normalises with the batch's statistics, 'running' with the running ones. */
  readonly mode: 'training' | 'running';
  /** int32 [batch], each sample's class; block 1 needs them, the others pass them by. */
  readonly labels?: Tensor1D;
}

/** Which gradients a backward pass is to compute. */
export interface Want {
  readonly input: boolean;
  readonly parameters: boolean;
}

/** What a layer's backward pass found; a gradient that was not wanted is absent. */
export interface LayerGradients {
  readonly input?: Tensor;
  /** Of the layer's trainable parameters, in their order. */
  readonly parameters?: readonly Tensor[];
}

/** One pass through a layer that can be gone back. Its functions run inside a `tidy` of the block. */
export interface Pass {
  readonly output: Tensor;
  /** Every tensor that `backward` and `commitStatistics` read: the block keeps these until its context is disposed. */
  readonly saved: readonly Tensor[];
  backward(outputGradient: Tensor, want: Want): LayerGradients;
  /** Moves running statistics by this pass's batch. */
  commitStatistics?(): void;
  /** A scalar: how far this pass's batch statistics are from the running ones, in running standard deviations. */
  drift?(): Tensor;
}

/** A layer in place: its shapes are fixed, its parameters are its own. */
export interface Layer {
  /** In PyTorch's order, running statistics included. */
  readonly parameters: readonly Parameter[];
  /** The gradient of its parameters shares no work with that of its input: a block may put it off. */
  readonly separable?: true;
  /** The bias that training passes leave out, because a batch normalisation follows and subtracts it again. */
  readonly omittedBias?: Parameter | undefined;
  /** A pass that can be gone back. */
  forward(input: Tensor, options: ForwardOptions): Pass;
  /** A pass in running mode; nothing is remembered. */
  infer(input: Tensor, labels: Tensor1D | undefined): Tensor;
}

/** The gradients that were found, without the absent ones. */
export function gradientsOf(input: Tensor | undefined, parameters?: readonly Tensor[]): LayerGradients {
  return { ...(input && { input }), ...(parameters && { parameters }) };
}
