// The conditional GAN of HuSCF-GAN (arXiv 2507.12979) as block lists, at any width, for 28 or 32 pixels.
import type { BlockSpec, GanSpec, LayerSpec } from './layer.ts';

/** The widths on offer: 1 is the paper's 256/128/64 channels. */
export const WIDTHS = [1, 1 / 2, 1 / 4, 1 / 8, 1 / 16] as const;
export type Width = (typeof WIDTHS)[number];

export interface CganOptions {
  readonly width?: Width;
  readonly imageSize?: 28 | 32;
  readonly imageChannels?: 1 | 3;
  readonly classes?: number;
  readonly zDim?: number;
  /** Blocks of each network, at least 5; those beyond five are further stride-1 blocks beside block 3. */
  readonly blocks?: number;
}

/** Length of the generator's label embedding (the paper's 10). */
const LABEL_WIDTH = 10;

/** Builds the pair of networks; with the defaults 2,221,925 and 816,737 parameters. */
export function cganSpec(options: CganOptions = {}): GanSpec {
  const { width = 1, imageSize = 28, imageChannels = 1, classes = 10, zDim = 100, blocks = 5 } = options;
  if (!Number.isInteger(blocks) || blocks < 5)
    throw new RangeError(`blocks must be a whole number of at least 5, not ${String(blocks)}`);
  const wide = 256 * width;
  const middle = 128 * width;
  const small = 64 * width;
  const start = imageSize / 4;
  const repeats = blocks - 4;

  const up = (channels: number) => activated(transposed(channels, 4, 2));
  const keep = (channels: number) => activated(transposed(channels, 3, 1));
  const generator: LayerSpec[][] = [
    [
      { kind: 'label-vector', name: 'embedding', classes, width: LABEL_WIDTH },
      { kind: 'dense', name: 'dense', outputs: wide * start * start },
      { kind: 'batch-norm', name: 'norm' },
      { kind: 'relu' },
      { kind: 'unflatten', height: start, width: start, channels: wide },
    ],
    up(middle),
    ...Array.from({ length: repeats }, () => keep(middle)),
    up(small),
    [transposed(imageChannels, 3, 1), { kind: 'tanh' }],
  ];
  const discriminator: LayerSpec[][] = [
    [{ kind: 'label-plane', name: 'embedding', classes }, ...leaky(conv(small, 4, 2))],
    leaky(conv(middle, 4, 2)),
    ...Array.from({ length: repeats }, () => leaky(conv(middle, 3, 1))),
    leaky(conv(wide, 4, 2)),
    [{ kind: 'flatten' }, { kind: 'dense', name: 'dense', outputs: 1 }],
  ];
  const imageShape = [imageSize, imageSize, imageChannels] as const;
  return {
    zDim,
    classes,
    imageShape,
    generator: { kind: 'generator', inputShape: [zDim], blocks: generator.map(block) },
    discriminator: { kind: 'discriminator', inputShape: imageShape, blocks: discriminator.map(block) },
  };
}

function block(layers: readonly LayerSpec[], index: number): BlockSpec {
  return { name: `block${String(index + 1)}`, layers };
}

function conv(channels: number, kernel: number, stride: number): LayerSpec {
  return { kind: 'conv2d', name: 'conv', channels, kernel, stride, padding: 1 };
}

function transposed(channels: number, kernel: number, stride: number): LayerSpec {
  return { kind: 'transposed-conv2d', name: 'conv', channels, kernel, stride, padding: 1 };
}

function activated(main: LayerSpec): LayerSpec[] {
  return [main, { kind: 'batch-norm', name: 'norm' }, { kind: 'relu' }];
}

function leaky(main: LayerSpec): LayerSpec[] {
  return [main, { kind: 'batch-norm', name: 'norm' }, { kind: 'leaky-relu', slope: 0.2 }];
}
