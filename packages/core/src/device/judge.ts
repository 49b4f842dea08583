// How well a classifier does on images that this device has held out: two counts.
import { countRight, type RightCounts } from '../data/index.ts';
import { loadClassifier, mostProbable } from '../metrics/index.ts';
import type { ClassifierShape } from '../architecture/index.ts';
import type { NamedTensors } from '../tensors/index.ts';
import type { HeldOutImages } from './ports.ts';

/** Tries the classifier with these weights on every held-out image; leaves no tensor. */
export async function judgeClassifier(
  { images, labels }: HeldOutImages,
  values: NamedTensors,
  shape: ClassifierShape,
): Promise<RightCounts> {
  const classifier = loadClassifier(values, shape);
  try {
    return countRight(labels, mostProbable(await classifier.probabilities(images), shape.classes));
  } finally {
    classifier.dispose();
  }
}
