// A trained classifier of images: probabilities, and the features before its last layer.
import { softmax, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { readAll, Segment } from '../nn/index.ts';
import type { NamedTensors } from '../tensors/index.ts';
import { classifierSpec, FEATURE_BLOCKS, FEATURES, type ClassifierShape } from './classifier-network.ts';
import { imageBatch, imageCount } from './image-batch.ts';
import { breather } from './patience.ts';

/** Images that go through the network at a time. */
const BATCH = 256;

/** A classifier on the active backend. Images are bytes 0 to 255, n*h*w*c, of the shape that it was made for. */
export interface Classifier extends ClassifierShape {
  /** p(class | image), [n, classes] row-major; throws the signal's reason when it is aborted. */
  probabilities(images: Uint8Array, signal?: AbortSignal): Promise<Float32Array>;
  /** The 128 numbers before the last layer, after their ReLU: [n, 128] row-major. */
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
  const through = (input: Tensor, blocks: number) =>
    network.blocks.slice(0, blocks).reduce((x, block) => block.infer(x), input);
  const run = (what: Wanted) => inBatches({ ...what, shape });
  return {
    kind,
    shape,
    classes,
    probabilities: (images, signal) =>
      run({ images, signal, width: classes, pass: (x) => softmax(through(x, FEATURE_BLOCKS + 1)) }),
    features: (images, signal) =>
      run({ images, signal, width: FEATURES, pass: (x) => through(x, FEATURE_BLOCKS) }),
    values: () => network.values(),
    dispose: () => network.dispose(),
  };
}

interface Wanted {
  readonly images: Uint8Array;
  readonly signal: AbortSignal | undefined;
  /** Numbers for each image. */
  readonly width: number;
  readonly pass: (images: Tensor) => Tensor;
}

async function inBatches(what: Wanted & Pick<ClassifierShape, 'shape'>): Promise<Float32Array> {
  const count = imageCount(what);
  const breathe = breather(what.signal);
  const found = new Float32Array(count * what.width);
  for (let start = 0; start < count; start += BATCH) {
    const positions = Array.from({ length: Math.min(BATCH, count - start) }, (_, i) => start + i);
    const output = tidy(() => what.pass(imageBatch(what, positions)));
    const [numbers] = await readAll([output]);
    output.dispose();
    found.set(numbers ?? [], start * what.width);
    await breathe();
  }
  return found;
}
