// The paper's two classifiers as data: one that scores images, one that is trained on synthetic images.
import type { GanSpec, LayerSpec, NetworkSpec } from './layer.ts';

/** 'scorer' judges generated images (no padding), 'classifier' learns from them (padding 1). */
export type ClassifierKind = 'scorer' | 'classifier';

/** What decides a classifier's shapes. */
export interface ClassifierShape {
  readonly kind: ClassifierKind;
  /** [height, width, channels] of the images, at least 10 x 10. */
  readonly shape: GanSpec['imageShape'];
  readonly classes: number;
}

/** Numbers before the last layer: the features that the Fréchet distance compares. */
export const FEATURES = 128;

/** Blocks before the last layer. */
export const FEATURE_BLOCKS = 3;

/**
 * Convolutions of 32 and 64 channels, each with ReLU and 2 x 2 max-pooling, then 128 units and one for each class
 * (huscf-gan.md 4.2): for 28x28x1 and ten classes 225,034 parameters (scorer) and 421,642 (classifier). Throws a
 * RangeError for images that are too small, or fewer than two classes.
 */
export function classifierSpec({ kind, shape, classes }: ClassifierShape): NetworkSpec {
  if (!Number.isInteger(classes) || classes < 2 || classes > 256)
    throw new RangeError(`a classifier tells 2 to 256 classes apart, not ${classes}`);
  if (shape[0] < 10 || shape[1] < 10)
    throw new RangeError(
      `images of ${shape[0]}x${shape[1]} pixels are too small for a classifier: 10x10 is the least`,
    );
  const padding = kind === 'classifier' ? 1 : 0;
  const half = (channels: number): readonly LayerSpec[] => [
    { kind: 'conv2d', name: 'conv', channels, kernel: 3, stride: 1, padding },
    { kind: 'relu' },
    { kind: 'max-pool', size: 2 },
  ];
  const features: readonly LayerSpec[] = [
    { kind: 'flatten' },
    { kind: 'dense', name: 'dense', outputs: FEATURES },
    { kind: 'relu' },
  ];
  const blocks = [
    half(32),
    half(64),
    features,
    [{ kind: 'dense', name: 'dense', outputs: classes } as const],
  ];
  return {
    kind: 'classifier',
    inputShape: shape,
    blocks: blocks.map((layers, i) => ({ name: `block${i + 1}`, layers })),
  };
}

/** The network that tells a run's domains apart by their images, for the domain terms of three tiers. */
export function domainClassifier({ imageShape: shape, classes }: GanSpec): NetworkSpec {
  return classifierSpec({ kind: 'classifier', shape, classes });
}
