// Small dense networks for points of the plane: images of one pixel whose two channels are x and y.
import type { BlockSpec, GanSpec, LayerSpec } from './layer.ts';

export interface PointsOptions {
  /** Share of 256 units in each hidden layer, at least 16. */
  readonly width?: number;
  readonly classes?: number;
  readonly zDim?: number;
  /** Blocks of each network, at least 5: all but the last are hidden layers. */
  readonly blocks?: number;
}

/** Units of a hidden layer at width 1. */
const UNITS = 256;
/** Units at any width. */
const FEWEST_UNITS = 16;
/** Length of the generator's label embedding, as in the networks for images. */
const LABEL_WIDTH = 10;

/**
 * A pair of dense networks over points [1, 1, 2] in [-1, 1]. There is no batch normalisation: a discriminator that sees a
 * single mode in each batch would lose the mode's place.
 */
export function pointsSpec(options: PointsOptions = {}): GanSpec {
  const { width = 1, classes = 10, zDim = 8, blocks = 5 } = options;
  if (!Number.isInteger(blocks) || blocks < 5)
    throw new RangeError(`blocks must be a whole number of at least 5, not ${String(blocks)}`);
  const outputs = Math.max(FEWEST_UNITS, Math.round(UNITS * width));
  const dense = (units: number): LayerSpec => ({ kind: 'dense', name: 'dense', outputs: units });
  const hidden = Array.from({ length: blocks - 2 });
  const generator: LayerSpec[][] = [
    [
      { kind: 'label-vector', name: 'embedding', classes, width: LABEL_WIDTH },
      dense(outputs),
      { kind: 'relu' },
    ],
    ...hidden.map((): LayerSpec[] => [dense(outputs), { kind: 'relu' }]),
    [dense(2), { kind: 'unflatten', height: 1, width: 1, channels: 2 }, { kind: 'tanh' }],
  ];
  const leaky: LayerSpec = { kind: 'leaky-relu', slope: 0.2 };
  const discriminator: LayerSpec[][] = [
    [{ kind: 'label-plane', name: 'embedding', classes }, { kind: 'flatten' }, dense(outputs), leaky],
    ...hidden.map((): LayerSpec[] => [dense(outputs), leaky]),
    [dense(1)],
  ];
  const imageShape = [1, 1, 2] as const;
  return {
    zDim,
    classes,
    imageShape,
    generator: { kind: 'generator', inputShape: [zDim], blocks: generator.map(named) },
    discriminator: { kind: 'discriminator', inputShape: imageShape, blocks: discriminator.map(named) },
  };
}

function named(layers: readonly LayerSpec[], index: number): BlockSpec {
  return { name: `block${String(index + 1)}`, layers };
}
