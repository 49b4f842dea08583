// How well a classifier does on images that this device has held out: two counts, a few images at a time.
import type { ClassifierShape } from '../architecture/index.ts';
import { bytesPerImage, countRight, type RightCounts } from '../data/index.ts';
import { loadClassifier, mostProbable } from '../metrics/index.ts';
import type { NamedTensors } from '../tensors/index.ts';
import { JUDGED_AT_ONCE } from './limits.ts';
import type { HeldOutImages } from './ports.ts';

/** What is tried, and on which images. */
export interface Judged {
  readonly values: NamedTensors;
  readonly shape: ClassifierShape;
  /** The first image that has not been judged yet. */
  readonly from: number;
}

/** Tries the classifier with these weights on the next held-out images, at most 16; leaves no tensor. */
export async function judgeNext(
  { images, labels }: HeldOutImages,
  { values, shape, from }: Judged,
): Promise<RightCounts> {
  const size = bytesPerImage(shape.shape);
  const to = Math.min(from + JUDGED_AT_ONCE, labels.length);
  const classifier = loadClassifier(values, shape);
  try {
    const probabilities = await classifier.probabilities(images.subarray(from * size, to * size));
    return countRight(labels.subarray(from, to), mostProbable(probabilities, shape.classes));
  } finally {
    classifier.dispose();
  }
}
