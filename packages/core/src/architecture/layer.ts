// Networks as data: the layers, blocks and networks that `nn/` runs, `cut/` prices and `protocol/` checks.

/** One layer. Image tensors are NHWC inside `nn/`; per-sample shapes here leave the batch out. */
export type LayerSpec =
  /** Looks up an embedding of `width` numbers and appends it to the input vector. */
  | { readonly kind: 'label-vector'; readonly name: string; readonly classes: number; readonly width: number }
  /** Looks up a plane of height x width and appends it to the image as its last channel. */
  | { readonly kind: 'label-plane'; readonly name: string; readonly classes: number }
  | { readonly kind: 'dense'; readonly name: string; readonly outputs: number }
  | {
      readonly kind: 'conv2d' | 'transposed-conv2d';
      readonly name: string;
      readonly channels: number;
      readonly kernel: number;
      readonly stride: number;
      /** Zero padding on each side in PyTorch's sense. */
      readonly padding: number;
    }
  | { readonly kind: 'batch-norm'; readonly name: string }
  | { readonly kind: 'relu' }
  | { readonly kind: 'leaky-relu'; readonly slope: number }
  | { readonly kind: 'tanh' }
  /** The largest of each size x size window, windows side by side; what no whole window reaches is left out. */
  | { readonly kind: 'max-pool'; readonly size: number }
  /** Vector to image. PyTorch numbers the units channel-first; `nn/` permutes weights on the way in and out. */
  | { readonly kind: 'unflatten'; readonly height: number; readonly width: number; readonly channels: number }
  /** Image to vector, numbered channel-first in PyTorch's weights as well. */
  | { readonly kind: 'flatten' };

/** The smallest movable piece of a network: main layer, normalisation, activation. */
export interface BlockSpec {
  /** 'block1', 'block2', … in order from the input; the prefix of its parameters' names. */
  readonly name: string;
  readonly layers: readonly LayerSpec[];
}

/** A whole network as a list of blocks. */
export interface NetworkSpec {
  readonly kind: 'generator' | 'generator2' | 'discriminator' | 'classifier';
  /** Per-sample input shape without labels: [zDim] or [height, width, channels]. */
  readonly inputShape: readonly number[];
  readonly blocks: readonly BlockSpec[];
}

/** A network of the pair that a run trains. */
export type GanNetworkSpec = NetworkSpec & { readonly kind: 'generator' | 'discriminator' };

/** The pair of networks that a run trains. */
export interface GanSpec {
  readonly zDim: number;
  readonly classes: number;
  /** [height, width, channels], pixels in [-1, 1]. */
  readonly imageShape: readonly [number, number, number];
  readonly generator: GanNetworkSpec;
  readonly discriminator: GanNetworkSpec;
}
