// A trained classifier of images: probabilities, and the features before its last layer.
import { softmax, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { classifierSpec, type ClassifierShape, FEATURE_BLOCKS, FEATURES } from '../architecture/index.ts';
import { readAll, Segment } from '../nn/index.ts';
import type { NamedTensors } from '../tensors/index.ts';
import { imageBatch, imageCount, type ImageBytes } from './image-batch.ts';
import { breather } from './patience.ts';

/** Images that go through the network at a time. */
const BATCH = 256;

/** What a classifier makes of n images, row-major. */
export interface Answers {
  /** p(class | image), [n, classes]. */
  readonly probabilities: Float32Array;
  /** The 128 numbers before the last layer, after their ReLU: [n, 128]. */
  readonly features: Float32Array;
}

/** A classifier on the active backend. Images are bytes 0 to 255, n*h*w*c, of the shape that it was made for. */
export interface Classifier extends ClassifierShape {
  /** Both from one pass; throws a RangeError for a part of an image and the signal's reason when it is aborted. */
  answers(images: Uint8Array, signal?: AbortSignal): Promise<Answers>;
  /** The probabilities of `answers`. */
  probabilities(images: Uint8Array, signal?: AbortSignal): Promise<Float32Array>;
  /** The features of `answers`. */
  features(images: Uint8Array, signal?: AbortSignal): Promise<Float32Array>;
  /** The weights in PyTorch's names and layouts ('block1.conv.weight', …). */
  values(): Promise<NamedTensors>;
  /** Frees the tensors; the classifier is of no further use. */
  dispose(): void;
}

/** The classifier with these weights; throws a RangeError when they do not fit the shape or are not finite. */
export function loadClassifier(values: NamedTensors, shape: ClassifierShape): Classifier {
  const network = new Segment(classifierSpec(shape), 1, FEATURE_BLOCKS + 1);
  try {
    network.load(values);
  } catch (error) {
    network.dispose();
    throw error;
  }
  return classifierOf(network, shape);
}

/** A classifier around a network that is loaded already, and belongs to it from now on. */
export function classifierOf(network: Segment, { kind, shape, classes }: ClassifierShape): Classifier {
  const answers = (images: Uint8Array, signal?: AbortSignal) =>
    answersOf(network, { images, shape, classes, signal });
  return {
    kind,
    shape,
    classes,
    answers,
    probabilities: async (images, signal) => (await answers(images, signal)).probabilities,
    features: async (images, signal) => (await answers(images, signal)).features,
    values: () => network.values(),
    dispose: () => network.dispose(),
  };
}

interface Question extends ImageBytes {
  readonly classes: number;
  readonly signal: AbortSignal | undefined;
}

async function answersOf(network: Segment, question: Question): Promise<Answers> {
  const { classes, signal } = question;
  const count = imageCount(question);
  const breathe = breather(signal);
  const probabilities = new Float32Array(count * classes);
  const features = new Float32Array(count * FEATURES);
  for (let start = 0; start < count; start += BATCH) {
    const positions = Array.from({ length: Math.min(BATCH, count - start) }, (_, i) => start + i);
    const outputs = tidy(() => through(network, imageBatch(question, positions)));
    const reading = readAll(outputs);
    for (const output of outputs) output.dispose();
    const [ownProbabilities = [], ownFeatures = []] = await reading;
    probabilities.set(ownProbabilities, start * classes);
    features.set(ownFeatures, start * FEATURES);
    await breathe();
  }
  return { probabilities, features };
}

/** Probabilities and features of a batch. */
function through(network: Segment, images: Tensor): [Tensor, Tensor] {
  const infer = (x: Tensor, blocks: typeof network.blocks) => blocks.reduce((y, block) => block.infer(y), x);
  const features = infer(images, network.blocks.slice(0, FEATURE_BLOCKS));
  return [softmax(infer(features, network.blocks.slice(FEATURE_BLOCKS))), features];
}
