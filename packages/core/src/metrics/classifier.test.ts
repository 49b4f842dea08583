// Answers on wasm and on the plain cpu backend, training on wasm alone, because the cpu one takes half a minute.
import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { classifierSpec, type ClassifierShape, parametersOf } from '../architecture/index.ts';
import { describeBackends, useBackend } from '../nn/testing/backends.ts';
import { elementCount, type NamedTensors } from '../tensors/index.ts';
import { loadClassifier, type Classifier } from './classifier.ts';
import { mostProbable } from './probabilities.ts';
import { trainClassifier, type TrainClassifierOptions, type TrainingProgress } from './train-classifier.ts';

/** PyTorch's answers (2.x, float32) for the waves below. */
const torch = {
  scorer: {
    shape: { kind: 'scorer', shape: [13, 13, 3], classes: 3 },
    probabilities: [0.38237992, 0.27476493, 0.34285519, 0.3306936, 0.27702463, 0.39228177],
    features: [0.06760116, 0.06624995, 0.10459042, 0.25752398, 0, 0.09470684],
    sum: 18.79566956,
  },
  classifier: {
    shape: { kind: 'classifier', shape: [12, 12, 1], classes: 4 },
    probabilities: [
      0.2523154, 0.19216183, 0.34808633, 0.20743644, 0.27852252, 0.19871737, 0.31520662, 0.2075535,
    ],
    features: [0.02003344, 0.36292854, 0, 0.07884882, 1.61024642, 0],
    sum: 29.61339188,
  },
} as const satisfies Record<string, { readonly shape: ClassifierShape; [more: string]: unknown }>;

/** Weights and biases as waves of a frequency and height of their own in each of the four layers. */
function waveValues(shape: ClassifierShape): NamedTensors {
  const heights = [0.3, 0.08, 0.08, 0.2];
  return new Map(
    parametersOf(classifierSpec(shape)).map((parameter, k) => {
      const layer = Math.floor(k / 2);
      const isWeight = k % 2 === 0;
      const frequency = (isWeight ? 0.7 : 0.3) + 0.1 * layer;
      const height = isWeight ? (heights[layer] ?? NaN) : 0.1;
      const data = Float32Array.from(
        { length: elementCount(parameter.shape) },
        (_, i) => Math.sin(frequency * (i + 1) + 0.001 * i * i) * height,
      );
      return [parameter.name, { shape: parameter.shape, data }];
    }),
  );
}

function waveImages({ shape }: ClassifierShape): Uint8Array {
  return Uint8Array.from(
    { length: 2 * elementCount(shape) },
    (_, i) => (i * 37 + Math.floor(i / 5) * 11) % 256,
  );
}

/** Bright squares: the class says in which corner, the number of the image how bright and how wide. */
function corners(count: number): TrainClassifierOptions['set'] {
  const images = new Uint8Array(count * 144);
  const labels = Uint8Array.from({ length: count }, (_, i) => (i * 7 + Math.floor(i / 4)) % 4);
  labels.forEach((label, i) => {
    const [top, left, width] = [label < 2 ? 0 : 7, label % 2 === 0 ? 0 : 7, 3 + (i % 3)];
    for (let y = top; y < top + width; y++)
      for (let x = left; x < left + width; x++) images[i * 144 + y * 12 + x] = 120 + ((i * 31) % 130);
  });
  return { images, labels, shape: [12, 12, 1] };
}

const training = { set: corners(192), classes: 4, kind: 'classifier', epochs: 3, seed: 1 } as const;

async function numbersOf(classifier: Classifier): Promise<number[]> {
  const values = await classifier.values();
  classifier.dispose();
  return [...values.values()].flatMap(({ data }) => [...data]);
}

describeBackends((backend) => {
  test.each(Object.entries(torch))(
    `MET-6: the %s gives PyTorch's numbers (${backend})`,
    async (_, expected) => {
      const before = memory().numTensors;
      const classifier = loadClassifier(waveValues(expected.shape), expected.shape);
      const images = waveImages(expected.shape);
      const probabilities = await classifier.probabilities(images);
      const features = await classifier.features(images);
      classifier.dispose();
      expect(probabilities).toHaveLength(expected.probabilities.length);
      expected.probabilities.forEach((p, i) => expect(probabilities[i]).toBeCloseTo(p, 5));
      expect(features).toHaveLength(2 * 128);
      expected.features.forEach((f, i) => expect(features[i]).toBeCloseTo(f, 4));
      expect(Math.abs(features.reduce((sum, f) => sum + f, 0) - expected.sum)).toBeLessThan(1e-3);
      expect(memory().numTensors).toBe(before);
    },
  );
});

describe('training on wasm', () => {
  beforeAll(() => useBackend('wasm'));

  test('MET-7: learns what can be told apart, tells its progress and leaves no tensor', async () => {
    const before = memory().numTensors;
    const told: TrainingProgress[] = [];
    const classifier = await trainClassifier({ ...training, onProgress: (now) => told.push(now) });
    const unseen = corners(300);
    const answers = mostProbable(await classifier.probabilities(unseen.images), 4);
    const right = answers.filter((answer, i) => answer === unseen.labels[i]).length;
    expect(right / 300).toBeGreaterThan(0.97);
    expect(told.map(({ done }) => done)).toEqual([64, 128, 192, 256, 320, 384, 448, 512, 576]);
    expect(told.at(-1)).toMatchObject({ epoch: 3, epochs: 3, total: 576 });
    expect(told[0]?.loss).toBeUndefined();
    expect(told[8]?.loss).toBeLessThan(told[3]?.loss ?? 0);
    classifier.dispose();
    expect(memory().numTensors).toBe(before);
  });

  test('MET-7: the same seed gives the same weights to the last bit, another seed others', async () => {
    const short = { ...training, epochs: 1 };
    const first = await numbersOf(await trainClassifier(short));
    expect(await numbersOf(await trainClassifier(short))).toEqual(first);
    expect(await numbersOf(await trainClassifier({ ...short, seed: 2 }))).not.toEqual(first);
  });

  test('MET-7: values go out and in without loss', async () => {
    const values = waveValues(torch.scorer.shape);
    const classifier = loadClassifier(values, torch.scorer.shape);
    expect(await classifier.values()).toEqual(values);
    classifier.dispose();
  });

  test('MET-8: an aborted training throws the reason and leaves no tensor', async () => {
    const before = memory().numTensors;
    const abort = new AbortController();
    const stopped = trainClassifier({
      ...training,
      signal: abort.signal,
      onProgress: ({ done }) => done >= 128 && abort.abort(new Error('enough')),
    });
    await expect(stopped).rejects.toThrow('enough');
    expect(memory().numTensors).toBe(before);
  });

  test('MET-8: images, labels, epochs and weights that do not fit are refused', async () => {
    const before = memory().numTensors;
    const { set } = training;
    const refused = (change: Partial<TrainClassifierOptions>) => trainClassifier({ ...training, ...change });
    await expect(refused({ classes: 3 })).rejects.toThrow('an image has class 3, but there are 3 classes');
    await expect(refused({ epochs: 0 })).rejects.toThrow('one epoch or more');
    await expect(refused({ set: { ...set, labels: new Uint8Array(5) } })).rejects.toThrow(
      '5 labels do not fit 192',
    );
    await expect(refused({ set: { ...set, images: new Uint8Array(150) } })).rejects.toThrow(
      'no whole images',
    );
    const nothing = { ...set, images: new Uint8Array(), labels: new Uint8Array() };
    await expect(refused({ set: nothing })).rejects.toThrow('no images');
    expect(() => loadClassifier(new Map(), torch.scorer.shape)).toThrow('block1.conv.weight');
    expect(() => loadClassifier(waveValues(torch.scorer.shape), torch.classifier.shape)).toThrow(RangeError);
    expect(memory().numTensors).toBe(before);
  });
});
