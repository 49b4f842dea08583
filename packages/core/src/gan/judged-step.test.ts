import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { cganSpec, type NetworkSpec, wholeCut } from '../architecture/index.ts';
import { referenceBlock } from '../nn/conformance/reference.ts';
import { useBackend } from '../nn/testing/backends.ts';
import { Random } from '../random.ts';
import { tensorNamed, type NamedTensors, type PlainTensor } from '../tensors/index.ts';
import {
  type CentralPart,
  centralPart,
  initialGan,
  makeHalf,
  type Reading,
  type TrainingBatch,
} from './index.ts';
import { judgedLabels } from './judged-labels.ts';
import { withoutKind } from './names.ts';
import { drawnBatches, drawnCohort } from './testing/index.ts';

const spec = cganSpec({ width: 1 / 16, zDim: 4, classes: 3 });
const cut = wholeCut(spec, 'judged');
/** With so large an epsilon and no memory Adam's step is a tenth of the gradient, so that moves tell gradients. */
const optimiser = { learningRate: 1e3, beta1: 0, beta2: 0, epsilon: 1e4 };
const BATCH = 3;
const NO_FEATURES = { features: false };
const values = initialGan(spec, new Random(5));
const cohort = drawnCohort(
  spec,
  ['a', 'b'].map((id) => ({ id, cut, batch: BATCH })),
);
const participants = cohort.devices;

beforeAll(() => useBackend('wasm'));

function judge(reading?: Reading) {
  const half = makeHalf({ spec, cut, optimiser, ...(reading && { reading }) });
  half.load(values);
  return half;
}

function central(seed = 'noise', weighing?: 'equal' | 'realism') {
  const part = centralPart('judged', { spec, optimiser, seed, weighing });
  part.load(values);
  return part;
}

function batchOf(id: string, turn: number): TrainingBatch {
  const batch = drawnBatches(cohort, 7).get(id);
  if (!batch) throw new Error('no batch was drawn');
  return { ...batch, turn };
}

/** A network in 64-bit numbers, in training mode, and its way back. */
function plainNetwork(network: NetworkSpec, own: NamedTensors, first: Iterable<number>, labels: Int32Array) {
  const passes: ReturnType<typeof referenceBlock>[] = [];
  let x = Float64Array.from(first);
  network.blocks.forEach((_, i) => {
    const pass = referenceBlock(network, i + 1, { values: own, input: x, labels: [...labels] });
    passes.push(pass);
    x = Float64Array.from(pass.output);
  });
  return {
    output: x,
    backward(gradient: Float64Array) {
      const parameters = new Map<string, Float64Array>();
      let g = gradient;
      for (const pass of passes.toReversed()) {
        const found = pass.backward(g);
        g = found.input;
        for (const [name, value] of found.parameters) parameters.set(name, value);
      }
      return { input: g, parameters };
    },
  };
}

/** The gradient of -log D (target 1) or -log (1 - D) (target 0), by definition. */
function lossGradient(logits: Float64Array, target: 0 | 1): Float64Array {
  return logits.map((x) => (1 / (1 + Math.exp(-x)) - target) / logits.length);
}

/** Where Adam's first step leads from here. */
function stepped(before: NamedTensors, gradients: ReadonlyMap<string, Float64Array>) {
  return new Map(
    [...gradients].map(([name, gradient]) => {
      const after = tensorNamed(before, name).data.map((value, i) => {
        const g = gradient[i] ?? NaN;
        return value - (optimiser.learningRate * g) / (Math.abs(g) + optimiser.epsilon);
      });
      return [name, after] as const;
    }),
  );
}

/** How far values are from the expected ones, relative to the largest move of all. */
function moveError(before: NamedTensors, after: NamedTensors, expected: ReadonlyMap<string, Float32Array>) {
  let [worst, largest] = [0, 0];
  for (const [name, wanted] of expected) {
    const [start, end] = [tensorNamed(before, name).data, tensorNamed(after, name).data];
    wanted.forEach((value, i) => {
      worst = Math.max(worst, Math.abs(value - (end[i] ?? NaN)));
      largest = Math.max(largest, Math.abs(value - (start[i] ?? NaN)));
    });
  }
  return worst / largest;
}

function largestError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [worst, largest] = [0, 0];
  for (let i = 0; i < Math.max(actual.length, expected.length); i++) {
    worst = Math.max(worst, Math.abs((actual[i] ?? NaN) - (expected[i] ?? NaN)));
    largest = Math.max(largest, Math.abs(expected[i] ?? NaN));
  }
  return worst / largest;
}

function sumOf(...maps: readonly ReadonlyMap<string, Float64Array>[]): Map<string, Float64Array> {
  const [first = new Map<string, Float64Array>(), ...others] = maps;
  return new Map(
    [...first].map(([name, gradient]) => [
      name,
      gradient.map((value, i) => others.reduce((sum, other) => sum + (other.get(name)?.[i] ?? NaN), value)),
    ]),
  );
}

function images(seed: number): PlainTensor {
  const random = new Random(seed);
  const data = Float32Array.from({ length: BATCH * 28 * 28 }, () => random.uniform(-1, 1));
  return { shape: [BATCH, 28, 28, 1], data };
}

describe('labels that both sides know', () => {
  test('STRAT-11: they are the same for the same turn, and every class comes equally often in the long run', () => {
    expect(judgedLabels(4, 3, 0)).toEqual(Int32Array.of(0, 1, 2, 0));
    expect(judgedLabels(4, 3, 1)).toEqual(Int32Array.of(1, 2, 0, 1));
    const all = Array.from({ length: 30 }, (_, turn) => [...judgedLabels(4, 10, turn)]).flat();
    for (let label = 0; label < 10; label++) expect(all.filter((one) => one === label)).toHaveLength(12);
  });
});

describe('a judge', () => {
  const [fakes, judged] = [images(1), images(2)];
  const { discriminator } = spec;
  const own = withoutKind(discriminator, values);
  const batch = batchOf('a', 2);
  const given = judgedLabels(BATCH, spec.classes, 2);

  test('STRAT-12: its discriminator moves by the sum of both passes’ gradients, as in 64-bit numbers', async () => {
    const half = judge();
    await half.begin(batch);
    await half.answer(1, new Map(Object.entries({ fakes, judged })));
    const losses = await half.finish(new Map());
    const real = plainNetwork(discriminator, own, batch.images, batch.labels);
    const fake = plainNetwork(discriminator, own, fakes.data, given);
    const gradients = sumOf(
      real.backward(lossGradient(real.output, 1)).parameters,
      fake.backward(lossGradient(fake.output, 0)).parameters,
    );
    const after = withoutKind(discriminator, await half.values());
    expect(moveError(own, after, stepped(own, gradients))).toBeLessThan(1e-3);
    expect(losses.discriminatorReal).toBeCloseTo(meanLoss(real.output, 1), 5);
    expect(losses.discriminatorFake).toBeCloseTo(meanLoss(fake.output, 0), 5);
    half.dispose();
  });

  test('STRAT-13: what goes up is the gradient of -log D at the judged images, by the updated discriminator', async () => {
    const half = judge();
    await half.begin(batch);
    const up = await half.answer(1, new Map(Object.entries({ fakes, judged })));
    expect([...up.keys()]).toEqual(['judgedGradient', 'realism']);
    const losses = await half.finish(new Map());
    const after = withoutKind(discriminator, await half.values());
    const pass = plainNetwork(discriminator, after, judged.data, given);
    const expected = pass.backward(lossGradient(pass.output, 1)).input;
    expect(largestError(up.get('judgedGradient')?.data ?? [], expected)).toBeLessThan(1e-3);
    expect(losses.generator).toBeCloseTo(meanLoss(pass.output, 1), 5);
    // The same judge before its update would say something else.
    const before = plainNetwork(discriminator, own, judged.data, given);
    const old = before.backward(lossGradient(before.output, 1)).input;
    expect(largestError(up.get('judgedGradient')?.data ?? [], old)).toBeGreaterThan(1e-2);
    half.dispose();
  });

  test.each(['intended', 'literal'] as const)(
    'TIER-2: its score is the mean of log D, or of log(1 - D) as printed, and its gradient leads the generator there: %s',
    async (reading) => {
      const half = judge(reading);
      await half.begin(batch);
      const up = await half.answer(1, new Map(Object.entries({ fakes, judged })));
      const after = withoutKind(discriminator, await half.values());
      const pass = plainNetwork(discriminator, after, judged.data, given);
      const target = reading === 'intended' ? 1 : 0;
      expect(up.get('realism')?.data[0]).toBeCloseTo(-meanLoss(pass.output, target), 5);
      // Intended: the loss falls as log D rises. Printed: the loss is log(1 - D) itself.
      const sign = reading === 'intended' ? 1 : -1;
      const expected = pass.backward(lossGradient(pass.output, target)).input.map((value) => sign * value);
      expect(largestError(up.get('judgedGradient')?.data ?? [], expected)).toBeLessThan(1e-3);
      half.dispose();
    },
  );

  test('STRAT-14: steps, abandoned or not, leave no tensor behind', async () => {
    const before = memory().numTensors;
    const half = judge();
    const step = async () => {
      await half.begin(batch);
      await half.answer(1, new Map(Object.entries({ fakes, judged })));
    };
    await step();
    await half.finish(new Map());
    const settled = memory().numTensors;
    await step();
    half.abandon();
    expect(memory().numTensors).toBe(settled);
    await half.begin(batch);
    await expect(half.answer(1, new Map([['fakes', fakes]]))).rejects.toThrow();
    await step();
    await half.finish(new Map());
    expect(memory().numTensors).toBe(settled);
    await expect(half.finish(new Map())).rejects.toThrow('no step is under way');
    await expect(half.answer(1, new Map())).rejects.toThrow('is not awaited');
    half.dispose();
    expect(memory().numTensors).toBe(before);
  });
});

describe('the coordinator’s generator', () => {
  const { generator } = spec;
  const own = withoutKind(generator, values);
  const TURN = 4;
  const nothing = new Map<string, PlainTensor>();

  /** The judged images of these devices in 64-bit numbers, and the way back. */
  function drawn(devices: number) {
    const noise = new Random('noise');
    const rows = devices * BATCH;
    const z = Array.from({ length: 2 * rows * spec.zDim }, () => Math.fround(noise.normal()));
    const each = [...judgedLabels(BATCH, spec.classes, TURN)];
    const labels = Int32Array.from({ length: rows }, (_, row) => each[row % BATCH] ?? 0);
    const pass = (from: number) =>
      plainNetwork(generator, own, z.slice(from, from + rows * spec.zDim), labels);
    return { fakes: pass(0), judged: pass(rows * spec.zDim) };
  }

  /** One step in which these devices answer, each with a gradient of its own. */
  async function step(part: CentralPart, first: readonly string[], second: readonly string[]) {
    part.begin(participants, TURN);
    const { downs } = await part.exchange(1, new Map(first.map((id) => [id, nothing])), NO_FEATURES);
    await part.exchange(2, new Map(second.map((id) => [id, answerOf(id, 0)])), NO_FEATURES);
    return downs;
  }

  const answerOf = (id: string, realism: number) =>
    new Map<string, PlainTensor>([
      ['judgedGradient', gradientOf(id)],
      ['realism', { shape: [1], data: Float32Array.of(realism) }],
    ]);

  const gradientOf = (id: string) => images(id.charCodeAt(0));

  test('STRAT-15: every device gets two batches of its own, drawn in one pass over all', async () => {
    const part = central();
    const downs = await step(part, ['b', 'a'], ['a', 'b']);
    const expected = drawn(2);
    for (const kind of ['fakes', 'judged'] as const) {
      const both = ['a', 'b'].flatMap((id) => [...(downs.get(id)?.get(kind)?.data ?? [])]);
      expect(largestError(both, expected[kind].output)).toBeLessThan(1e-4);
    }
    part.dispose();
  });

  test.each([
    ['both answer', ['a', 'b'], ['a', 'b']],
    ['one is lost before its gradient came', ['a', 'b'], ['b']],
    ['one is lost before any image was drawn', ['a'], ['a']],
  ])('STRAT-16: it moves by the mean of the gradients that came: %s', async (_what, first, second) => {
    const part = central();
    await step(part, first, second);
    const gradient = Float64Array.from(
      first.flatMap((id) =>
        [...gradientOf(id).data].map((value) => (second.includes(id) ? value / second.length : 0)),
      ),
    );
    const { parameters } = drawn(first.length).judged.backward(gradient);
    const after = withoutKind(generator, await part.values());
    expect(moveError(own, after, stepped(own, parameters))).toBeLessThan(1e-3);
    part.dispose();
  });

  test.each([
    ['equal scores give the plain mean', [-0.7, -0.7], [0.5, 0.5]],
    ['the more real counts more', [-0.2, -0.9], [0.668188, 0.331812]],
  ])(
    'TIER-3: weighed by realism it moves by the softmax of the scores: %s',
    async (_what, scores, weights) => {
      const part = central('noise', 'realism');
      part.begin(participants, TURN);
      await part.exchange(1, new Map(['a', 'b'].map((id) => [id, nothing])), NO_FEATURES);
      const ups = new Map(['b', 'a'].map((id) => [id, answerOf(id, scores[id === 'a' ? 0 : 1] ?? NaN)]));
      const { score } = await part.exchange(2, ups, NO_FEATURES);
      const gradient = Float64Array.from(
        ['a', 'b'].flatMap((id, i) => [...gradientOf(id).data].map((value) => value * (weights[i] ?? NaN))),
      );
      const { parameters } = drawn(2).judged.backward(gradient);
      const after = withoutKind(generator, await part.values());
      expect(moveError(own, after, stepped(own, parameters))).toBeLessThan(1e-3);
      const mean = weights.reduce((sum, weight, i) => sum + weight * (scores[i] ?? NaN), 0);
      expect(score).toBeCloseTo(mean, 5);
      part.dispose();
    },
  );

  /** Two devices' images are drawn, then a's answer moves the generator, then b's, which is half a period old. */
  async function inTurn(reading: Reading, settings = optimiser) {
    const part = centralPart('judged', { spec, optimiser: settings, seed: 'noise', pace: 'async', reading });
    part.load(values);
    for (const participant of participants) {
      part.begin([participant], TURN);
      await part.exchange(1, new Map([[participant.id, nothing]]), NO_FEATURES);
    }
    await part.exchange(2, new Map([['a', answerOf('a', 0)]]), {
      features: false,
      staleness: new Map([['a', 0]]),
    });
    const before = withoutKind(generator, await part.values());
    const { score } = await part.exchange(2, new Map([['b', answerOf('b', -0.3)]]), {
      features: false,
      staleness: new Map([['b', 0.5]]),
    });
    return { part, before, after: withoutKind(generator, await part.values()), score };
  }

  test('TIER-18: a stale gradient goes back through the weights that drew its images, and moves those of now', async () => {
    const { part, before, after, score } = await inTurn('literal');
    const noise = new Random('noise');
    const size = BATCH * spec.zDim;
    const z = Array.from({ length: 4 * size }, () => Math.fround(noise.normal()));
    // Each device's batch to learn from goes before the one to judge.
    const pass = plainNetwork(generator, own, z.slice(3 * size), judgedLabels(BATCH, spec.classes, TURN));
    const discounted = Float64Array.from(gradientOf('b').data, (value) => Math.exp(-0.5) * value);
    const { parameters } = pass.backward(discounted);
    expect(moveError(before, after, stepped(before, parameters))).toBeLessThan(1e-3);
    expect(score).toBeCloseTo(-0.3, 6);
    part.dispose();
  });

  test.each([
    ['intended', 1e-3 * Math.exp(-0.5)],
    ['literal', 1e-3],
  ] as const)(
    'TIER-18: %s, exp(-s) scales the step, or the loss, which Adam cancels',
    async (reading, expected) => {
      // Without memory Adam moves every number by its rate, whatever the size of its gradient.
      const signs = { learningRate: 1e-3, beta1: 0, beta2: 0, epsilon: 1e-12 };
      const { part, before, after } = await inTurn(reading, signs);
      const [start, end] = [before, after].map((all) => tensorNamed(all, 'block5.conv.bias').data[0] ?? NaN);
      expect(Math.abs((end ?? NaN) - (start ?? NaN)) / expected).toBeCloseTo(1, 2);
      part.dispose();
    },
  );

  test('TIER-18: an answer for images that were never drawn, or drawn again since, is refused; no tensor is left', async () => {
    const before = memory().numTensors;
    const { part } = await inTurn('intended');
    const answerA = new Map([['a', answerOf('a', 0)]]);
    await expect(part.exchange(2, answerA, NO_FEATURES)).rejects.toThrow('images that were drawn');
    await expect(part.exchange(1, new Map([['c', nothing]]), NO_FEATURES)).rejects.toThrow(
      'device c has no step',
    );
    for (const participant of participants) {
      part.begin([participant], TURN);
      await part.exchange(1, new Map([[participant.id, nothing]]), NO_FEATURES);
    }
    await expect(part.exchange(2, new Map([['a', answerOf('a', NaN)]]), NO_FEATURES)).rejects.toThrow(
      'a score must be a finite number',
    );
    part.abandon();
    part.dispose();
    expect(memory().numTensors).toBe(before);
  });

  test('TIER-3: a score or a gradient that cannot be used ends the step and leaves no tensor', async () => {
    const part = central('noise', 'realism');
    part.begin(participants, TURN);
    await part.exchange(1, new Map([['a', nothing]]), NO_FEATURES);
    part.abandon();
    const settled = memory().numTensors;
    for (const up of [answerOf('a', NaN), new Map([['realism', { shape: [1], data: Float32Array.of(0) }]])]) {
      part.begin(participants, TURN);
      await part.exchange(1, new Map([['a', nothing]]), NO_FEATURES);
      await expect(part.exchange(2, new Map([['a', up]]), NO_FEATURES)).rejects.toThrow(
        /a score must be a finite number|no tensor is named/,
      );
      expect(memory().numTensors).toBe(settled);
    }
    part.dispose();
  });

  test('STRAT-14: steps, abandoned or not, leave no tensor behind', async () => {
    const before = memory().numTensors;
    const part = central();
    await step(part, ['a', 'b'], ['a']);
    const settled = memory().numTensors;
    part.begin(participants, 1);
    await part.exchange(1, new Map([['a', nothing]]), NO_FEATURES);
    part.abandon();
    part.begin(participants, 2);
    await part.exchange(1, new Map([['a', nothing]]), NO_FEATURES);
    await expect(part.exchange(2, new Map([['a', nothing]]), NO_FEATURES)).rejects.toThrow();
    await step(part, ['a', 'b'], ['a', 'b']);
    expect(memory().numTensors).toBe(settled);
    expect((await part.preview('a', cut, undefined)).shape).toEqual([3, 28, 28, 1]);
    await expect(part.exchange(2, new Map(), NO_FEATURES)).rejects.toThrow('cannot run now');
    part.dispose();
    expect(memory().numTensors).toBe(before);
  });

  test('STRAT-15: the noise follows from the seed', async () => {
    const [one, same, other] = [central(), central(), central('other')];
    const first = [];
    for (const part of [one, same, other]) {
      first.push((await step(part, ['a'], ['a'])).get('a')?.get('judged')?.data);
      part.dispose();
    }
    expect(first[0]).toEqual(first[1]);
    expect(first[0]).not.toEqual(first[2]);
  });
});

function meanLoss(logits: Float64Array, target: 0 | 1): number {
  const each = logits.map((x) => -Math.log(1 / (1 + Math.exp(target === 1 ? -x : x))));
  return each.reduce((sum, loss) => sum + loss, 0) / logits.length;
}
