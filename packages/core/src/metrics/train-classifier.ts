// Trains one of the paper's classifiers: Adam at 1e-3, batches of 64, cross-entropy, images in [-1, 1].
import { add, scalar, tensor1d, tidy, type Scalar, type Tensor2D } from '@tensorflow/tfjs-core';
import { type ClassifierKind, classifierSpec, FEATURE_BLOCKS } from '../architecture/index.ts';
import type { ImageShape } from '../data/index.ts';
import {
  Adam,
  crossEntropyWithLogits,
  disposeGradients,
  initialValues,
  readAll,
  Segment,
  type Optimiser,
} from '../nn/index.ts';
import { Random } from '../random.ts';
import { classifierOf, type Classifier } from './classifier.ts';
import { imageBatch, imageCount, type ImageBytes } from './image-batch.ts';
import { breather } from './patience.ts';

/** Images of one step. */
const BATCH = 64;

/** PyTorch's defaults of Adam, which the paper's evaluation uses. */
const ADAM = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/** To be raised when the same options would train another classifier: kept ones are then trained again. */
export const TRAINING_VERSION = 1;

/** Images with their classes; an `ImageSet` is one. */
export interface LabelledImages extends ImageBytes {
  readonly shape: ImageShape;
  /** The class index of every image. */
  readonly labels: Uint8Array;
}

/** How far a training is. */
export interface TrainingProgress {
  /** Counted from 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Images seen in all epochs so far, and in all. */
  readonly done: number;
  readonly total: number;
  /** The mean loss of the last whole epoch, in nats; absent in the first one. */
  readonly loss?: number;
}

export interface TrainClassifierOptions {
  readonly set: LabelledImages;
  readonly classes: number;
  readonly kind: ClassifierKind;
  readonly epochs: number;
  /** First weights and the order of the images follow from it. */
  readonly seed: number;
  /** Called about every 64 images. */
  readonly onProgress?: ((progress: TrainingProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Trains a new classifier on the active backend; it is the caller's to dispose. Throws a RangeError for images or
 * labels that do not fit, the signal's reason when it is aborted, and an Error when the loss is no longer a number.
 */
export async function trainClassifier(options: TrainClassifierOptions): Promise<Classifier> {
  const { set, kind, classes, seed } = options;
  checkOptions(options);
  const shape = { kind, shape: set.shape, classes };
  const spec = classifierSpec(shape);
  const random = new Random(seed);
  const network = new Segment(spec, 1, FEATURE_BLOCKS + 1);
  const optimiser = new Adam(ADAM);
  try {
    network.load(initialValues(spec, random.fork('weights')));
    await runEpochs({ network, optimiser }, random.fork('order'), options);
    return classifierOf(network, shape);
  } catch (error) {
    network.dispose();
    throw error;
  } finally {
    optimiser.dispose();
  }
}

interface Learner {
  readonly network: Segment;
  readonly optimiser: Optimiser;
}

async function runEpochs(learner: Learner, random: Random, options: TrainClassifierOptions): Promise<void> {
  const { set, epochs, onProgress, signal } = options;
  const breathe = breather(signal);
  const count = set.labels.length;
  let loss: number | undefined;
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const order = random.shuffle(Array.from({ length: count }, (_, i) => i));
    let sum = scalar(0);
    try {
      for (let start = 0; start < count; start += BATCH) {
        sum = trainStep(learner, { set, positions: order.slice(start, start + BATCH), sum });
        const done = (epoch - 1) * count + Math.min(start + BATCH, count);
        onProgress?.({ epoch, epochs, done, total: epochs * count, ...(loss !== undefined && { loss }) });
        await breathe();
      }
      const [[total = NaN] = []] = await readAll([sum]);
      loss = total / Math.ceil(count / BATCH);
    } finally {
      sum.dispose();
    }
    if (!Number.isFinite(loss))
      throw new Error(
        `the ${options.kind}'s loss became ${loss} in epoch ${epoch}: it cannot be trained on these images`,
      );
  }
}

interface Batch {
  readonly set: LabelledImages;
  readonly positions: readonly number[];
  /** Losses so far; disposed of by the step. */
  readonly sum: Scalar;
}

/** One step; what is returned are the losses so far with this one's. */
function trainStep({ network, optimiser }: Learner, { set, positions, sum }: Batch): Scalar {
  const images = imageBatch(set, positions);
  const labels = tensor1d(
    positions.map((position) => set.labels[position] ?? 0),
    'int32',
  );
  const { output, context } = network.forward(images, { mode: 'training' });
  const { loss, gradient } = crossEntropyWithLogits(output as Tensor2D, labels); // the last layer is dense
  const { parameters = new Map() } = network.backward(context, gradient, { input: false, parameters: true });
  for (const block of network.blocks) optimiser.step(block, parameters);
  disposeGradients(parameters);
  context.dispose();
  const total = tidy(() => add<Scalar>(sum, loss));
  for (const used of [images, labels, output, loss, gradient, sum]) used.dispose();
  return total;
}

function checkOptions({ set, classes, epochs }: TrainClassifierOptions): void {
  const count = imageCount(set);
  if (count !== set.labels.length)
    throw new RangeError(`${set.labels.length} labels do not fit ${count} images`);
  if (count === 0) throw new RangeError('there are no images to train a classifier on');
  if (!Number.isInteger(epochs) || epochs < 1)
    throw new RangeError(`a classifier trains for one epoch or more, not ${epochs}`);
  const wrong = set.labels.find((label) => label >= classes);
  if (wrong !== undefined)
    throw new RangeError(`an image has class ${wrong}, but there are ${classes} classes`);
}
