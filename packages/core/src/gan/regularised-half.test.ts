import { engine, memory, tensor, tensor1d, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { cganSpec, wholeCut } from '../architecture/index.ts';
import { bceWithLogits, Segment } from '../nn/index.ts';
import { useBackend } from '../nn/testing/backends.ts';
import { Random } from '../random.ts';
import { type NamedTensors, type PlainTensor, tensorNamed } from '../tensors/index.ts';
import { initialGan, makeHalf, type PairWeights, type TrainingBatch } from './index.ts';
import { withoutKind } from './names.ts';
import { pairDistance, pairedLabels } from './pairs.ts';

const spec = cganSpec({ width: 1 / 16, zDim: 4, classes: 3 });
const cut = wholeCut(spec, 'local');
const BATCH = 5;
const PAIRS = 3;
const WEIGHTS: PairWeights = { generator: 0.5, discriminator: 0.2 };
const values = initialGan(spec, new Random('first values'));
/** Adam's first step is the gradient itself where epsilon dwarfs it. */
const ALMOST_PLAIN = { learningRate: 1e6, beta1: 0.5, beta2: 0.999, epsilon: 1e6 };
const optimiser = { learningRate: 2e-3, beta1: 0.5, beta2: 0.999, epsilon: 1e-8 };

beforeAll(() => useBackend('wasm'));

function batchOf(seed: number, turn = 0): TrainingBatch {
  const random = new Random(seed);
  const normals = (length: number) => Float32Array.from({ length }, () => random.normal());
  return {
    images: normals(BATCH * 28 * 28).map(Math.tanh),
    labels: Int32Array.from({ length: BATCH }, () => random.integer(3)),
    z: normals(BATCH * spec.zDim),
    turn,
  };
}

function halfWith(regularised: PairWeights | undefined, adam = optimiser) {
  const half = makeHalf({ spec, cut, optimiser: adam, ...(regularised && { regularised }) });
  half.load(values);
  return half;
}

async function stepped(half: ReturnType<typeof halfWith>, batch: TrainingBatch): Promise<NamedTensors> {
  await half.begin(batch);
  await half.finish(new Map());
  return half.values();
}

/** Both losses as the paper writes them, forward passes alone, by the discriminator of `judge`. */
function lossesAt(all: NamedTensors, judge: NamedTensors, { images, labels, z, turn = 0 }: TrainingBatch) {
  return engine().tidy(() => {
    const segment = (of: NamedTensors, network: typeof spec.generator, from: number, to: number) => {
      const made = new Segment(network, from, to);
      made.load(withoutKind(network, of));
      return made;
    };
    const told = pairedLabels(PAIRS, spec.classes, turn);
    const pass = (of: Segment, input: Tensor, labelled: Int32Array) =>
      of.forward(input, { mode: 'training', labels: tensor1d(labelled, 'int32') }).output;
    const { generator, discriminator } = spec;
    const drawn = pass(segment(all, generator, 1, 1), twice(z), told);
    const fakes = pass(segment(all, generator, 2, 5), drawn, told);
    const judged = (of: NamedTensors, input: Tensor, labelled: Int32Array, target: 0 | 1) => {
      const hidden = pass(segment(of, discriminator, 1, 4), input, labelled);
      const logits = pass(segment(of, discriminator, 5, 5), hidden, labelled) as Tensor2D; // [batch, 1]
      return { hidden, loss: numberOf(bceWithLogits(logits, target).loss) };
    };
    const fake = judged(all, fakes, told, 0);
    const real = judged(all, tensor(images, [BATCH, ...spec.imageShape]), labels, 1);
    const distance = (outputs: Tensor) => halfSquares(outputs) / PAIRS;
    return {
      discriminator: real.loss + fake.loss + WEIGHTS.discriminator * distance(fake.hidden),
      generator: judged(judge, fakes, told, 1).loss + WEIGHTS.generator * distance(drawn),
    };
  });
}

/** The first noise vectors, once for each half. */
function twice(z: Float32Array): Tensor {
  const first = z.subarray(0, PAIRS * spec.zDim);
  return tensor(Float32Array.of(...first, ...first), [2 * PAIRS, spec.zDim]);
}

/** Half the sum of squares of the rows' differences, in 64 bits. */
function halfSquares(outputs: Tensor): number {
  const data = outputs.dataSync();
  const middle = data.length / 2;
  let sum = 0;
  for (let i = 0; i < middle; i++) sum += ((data[i] ?? NaN) - (data[i + middle] ?? NaN)) ** 2;
  return sum / 2;
}

function numberOf(scalar: Tensor): number {
  return scalar.dataSync()[0] ?? NaN;
}

function moved(all: NamedTensors, name: string, index: number, by: number): NamedTensors {
  const { shape, data } = tensorNamed(all, name);
  const changed = data.slice();
  changed[index] = (changed[index] ?? NaN) + by;
  return new Map<string, PlainTensor>([...all, [name, { shape, data: changed }]]);
}

/** Where a tensor has changed most, and by how much. */
function largestMove(before: NamedTensors, after: NamedTensors, name: string) {
  const [from, to] = [tensorNamed(before, name).data, tensorNamed(after, name).data];
  const moves = [...from].map((value, i) => (to[i] ?? NaN) - value);
  const index = moves.reduce((best, move, i) => (Math.abs(move) > Math.abs(moves[best] ?? 0) ? i : best), 0);
  return { index, move: moves[index] ?? NaN };
}

describe('pairs', () => {
  test('REG-1: share their noise, are of two different domains, and every two domains meet equally often', () => {
    expect([...pairedLabels(4, 2, 7)]).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
    const met = new Map<string, number>();
    for (let turn = 0; turn < 6; turn++) {
      const labels = pairedLabels(5, 4, turn);
      for (let row = 0; row < 5; row++) {
        const pair = [labels[row], labels[row + 5]];
        expect(pair[0]).not.toBe(pair[1]);
        met.set(pair.join(), (met.get(pair.join()) ?? 0) + 1);
      }
    }
    expect([...met.values()]).toEqual([5, 5, 5, 5, 5, 5]);
  });

  test('REG-1: their distance is half the mean squared one', async () => {
    const { loss, gradient } = pairDistance(tensor([1, 2, 5, 5, 0, 0, 2, 9], [4, 2]));
    expect(await loss.data()).toEqual(Float32Array.of((1 + 4 + 9 + 16) / 4));
    expect(await gradient.data()).toEqual(Float32Array.of(0.5, 1, 1.5, -2, -0.5, -1, -1.5, 2));
  });
});

describe('a step with pairs', () => {
  test.each([
    ['generator.block1.embedding.weight', 'generator'],
    ['generator.block1.norm.weight', 'generator'],
    ['generator.block4.conv.weight', 'generator'],
    ['discriminator.block1.embedding.weight', 'discriminator'],
    ['discriminator.block2.norm.bias', 'discriminator'],
    ['discriminator.block4.conv.weight', 'discriminator'],
    ['discriminator.block5.dense.weight', 'discriminator'],
  ] as const)('REG-2: moves %s by the gradient of the %s’s loss with its own term', async (name, loss) => {
    const half = halfWith(WEIGHTS, ALMOST_PLAIN);
    const batch = batchOf(4, 2);
    const after = await stepped(half, batch);
    half.dispose();
    const { index, move } = largestMove(values, after, name);
    const step = 5e-3;
    const [above, below] = [step, -step].map(
      (by) => lossesAt(moved(values, name, index, by), after, batch)[loss],
    );
    const expected = ((above ?? NaN) - (below ?? NaN)) / (2 * step);
    expect(Math.abs(-move / expected - 1)).toBeLessThan(0.1); // 32 bits, and kinks nearby; a wrong factor is far off
  });

  test('REG-3: each term brings pairs together in its own network', async () => {
    const apart = async (regularised: PairWeights) => {
      const half = halfWith(regularised, { ...optimiser, learningRate: 1e-2 });
      for (let turn = 0; turn < 10; turn++) await stepped(half, batchOf(turn, turn));
      const trained = await half.values();
      half.dispose();
      return engine().tidy(() => {
        const { z } = batchOf(99);
        const labels = tensor1d(pairedLabels(PAIRS, 3, 0), 'int32');
        const part = (network: typeof spec.generator, from: number, to: number, input: Tensor) => {
          const made = new Segment(network, from, to);
          made.load(withoutKind(network, trained));
          return made.forward(input, { mode: 'training', labels }).output;
        };
        const first = part(spec.generator, 1, 1, twice(z));
        const hidden = part(spec.discriminator, 1, 4, part(spec.generator, 2, 5, first));
        return { generator: halfSquares(first), discriminator: halfSquares(hidden) };
      });
    };
    const [none, ofGenerator, ofDiscriminator] = [
      await apart({ generator: 0, discriminator: 0 }),
      await apart({ generator: 3, discriminator: 0 }),
      await apart({ generator: 0, discriminator: 3 }),
    ];
    expect(ofGenerator.generator).toBeLessThan(none.generator / 2);
    expect(ofDiscriminator.discriminator).toBeLessThan(none.discriminator / 2);
  });

  test('REG-4: it goes on from values and moments as if it had not stopped', async () => {
    const [straight, resumed] = [halfWith(WEIGHTS), halfWith(WEIGHTS)];
    await stepped(straight, batchOf(1));
    resumed.load(await straight.values());
    resumed.loadMoments(await straight.moments());
    const [one, other] = [await stepped(straight, batchOf(2, 1)), await stepped(resumed, batchOf(2, 1))];
    expect(one).toEqual(other);
    straight.dispose();
    resumed.dispose();
  });

  test('REG-4: a finished step and an abandoned one leave no tensor behind', async () => {
    const before = memory().numTensors;
    const half = halfWith(WEIGHTS);
    await stepped(half, batchOf(1));
    const settled = memory().numTensors;
    const { z, labels } = batchOf(2);
    await half.begin(batchOf(2));
    expect((await half.generateHead(z, labels))?.shape).toEqual([BATCH, 28, 28, 1]);
    half.abandon();
    await stepped(half, batchOf(3));
    expect(memory().numTensors).toBe(settled);
    half.dispose();
    expect(memory().numTensors).toBe(before);
  });

  test('REG-4: one domain alone has no pairs', () => {
    const alone = cganSpec({ width: 1 / 16, zDim: 4, classes: 1 });
    expect(() => makeHalf({ spec: alone, cut, optimiser, regularised: WEIGHTS })).toThrow(
      'at least two domains, not 1',
    );
  });
});
