import '@tensorflow/tfjs-backend-wasm';
import { memory, setBackend } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { cganSpec, EXCHANGES, type Exchange } from '../architecture/index.ts';
import { deviceParameters, bodyParameters } from '../federate/index.ts';
import { Body, SplitHalf, type ExchangeTensors } from './index.ts';
import { drawnBatches, drawnCohort, largestDifference, MIXED_DEVICES, SplitCohort } from './testing/index.ts';

const spec = cganSpec({ width: 1 / 16, zDim: 8 });
const cohort = drawnCohort(spec, MIXED_DEVICES);
const everyone = (exchange: Exchange) => new Map(MIXED_DEVICES.map(({ id }) => [id, exchange]));

beforeAll(async () => {
  expect(await setBackend('wasm')).toBe(true);
});

describe('memory', () => {
  test('STEP-6: steps leave no tensors behind, and disposing leaves none at all', async () => {
    const before = memory().numTensors;
    const split = new SplitCohort(cohort);
    await split.step(drawnBatches(cohort, 1));
    const settled = memory().numTensors;
    for (const seed of [2, 3]) await split.step(drawnBatches(cohort, seed));
    expect(memory().numTensors).toBe(settled);
    split.dispose();
    expect(memory().numTensors).toBe(before);
  });

  test.each(EXCHANGES)('STEP-6: a step abandoned by all before exchange %i leaves none', async (exchange) => {
    const before = memory().numTensors;
    const split = new SplitCohort(cohort);
    await split.step(drawnBatches(cohort, 1), everyone(exchange));
    await split.values('body');
    split.dispose();
    expect(memory().numTensors).toBe(before);
  });

  test.each(EXCHANGES)('STEP-6: a body that abandons a step after exchange %i leaves none', async (last) => {
    const before = memory().numTensors;
    const split = new SplitCohort(cohort);
    await runUntil(split, last);
    split.body.abandon();
    for (const half of split.halves.values()) half.abandon();
    const { body, halves } = split;
    expect(() => body.begin(MIXED_DEVICES)).not.toThrow();
    await Promise.all([body.values(), body.moments(), ...[...halves.values()].map((half) => half.moments())]);
    split.dispose();
    expect(memory().numTensors).toBe(before);
  });
});

describe('values and moments', () => {
  test('STEP-7: each side holds exactly its own layers, and gives back what it was given', async () => {
    const split = new SplitCohort(cohort);
    for (const { id, cut } of MIXED_DEVICES) {
      const values = await split.values(id);
      expect([...values.keys()]).toEqual(deviceParameters(spec, cut).map(({ name }) => name));
      for (const [name, tensor] of values) expect(tensor).toEqual(cohort.deviceValues.get(id)?.get(name));
    }
    const values = await split.values('body');
    expect([...values.keys()]).toEqual(bodyParameters(spec).map(({ name }) => name));
    for (const [name, tensor] of values) expect(tensor).toEqual(cohort.bodyValues.get(name));
    split.dispose();
  });

  test('STEP-7: a run goes on from values and moments as if it had not stopped', async () => {
    const straight = new SplitCohort(cohort);
    await straight.step(drawnBatches(cohort, 1));
    const resumed = new SplitCohort(cohort);
    for (const [id, half] of resumed.halves) {
      half.load(await straight.values(id));
      half.loadMoments(
        (await straight.halves.get(id)?.moments()) ?? { steps: new Map(), moments: new Map() },
      );
    }
    resumed.body.load(await straight.values('body'));
    resumed.body.loadMoments(await straight.body.moments());
    for (const split of [straight, resumed]) await split.step(drawnBatches(cohort, 2));
    for (const owner of ['body', 'a', 'b', 'c', 'd'])
      expect(largestDifference(await resumed.values(owner), await straight.values(owner))).toBe(0);
    expect(await resumed.body.moments()).toEqual(await straight.body.moments());
    straight.dispose();
    resumed.dispose();
  });

  test('STEP-13: what no answer needs may be done at once or with the next exchange, and comes to the same', async () => {
    const [eager, late] = [new SplitCohort(cohort), new SplitCohort(cohort)];
    const settle = () => {
      eager.body.settle();
      return Promise.resolve();
    };
    for (const seed of [1, 2]) {
      await eager.step(drawnBatches(cohort, seed), new Map([['b', 4]]), settle);
      await late.step(drawnBatches(cohort, seed), new Map([['b', 4]]));
    }
    expect(await eager.values('body')).toEqual(await late.values('body'));
    expect(await eager.body.moments()).toEqual(await late.body.moments());
    eager.dispose();
    late.dispose();
  });

  test('STEP-13: a body that leaves a step after exchange 3 has made its update, asked for or not', async () => {
    const updated = new SplitCohort(cohort);
    await runUntil(updated, 3);
    updated.body.abandon();
    const { steps } = await updated.body.moments();
    expect(steps.get('discriminator.block3')).toBe(1);
    expect(steps.has('generator.block3')).toBe(false);
    updated.dispose();
  });

  test('STEP-8: a body block that no row used is neither normalised nor stepped', async () => {
    const deepest = MIXED_DEVICES.filter(({ id }) => id === 'd');
    const alone = drawnCohort(spec, deepest);
    const split = new SplitCohort(alone);
    await split.step(drawnBatches(alone, 1));
    expect([...(await split.body.moments()).steps]).toEqual([
      ['generator.block3', 1],
      ['discriminator.block3', 1],
    ]);
    for (const [name, tensor] of await split.values('body'))
      if (!name.includes('block3')) expect(tensor, name).toEqual(alone.bodyValues.get(name));
    split.dispose();
  });

  test("STEP-8: when all are lost before the generator's gradient, its body is not stepped", async () => {
    const split = new SplitCohort(cohort);
    await split.step(drawnBatches(cohort, 1), everyone(6));
    const { steps } = await split.body.moments();
    expect([...steps.keys()].some((name) => name.startsWith('generator.'))).toBe(false);
    expect(steps.get('discriminator.block3')).toBe(1);
    split.dispose();
  });
});

describe('the order of a step', () => {
  test('STEP-3: rows are ordered by device id, whatever order devices and messages come in', async () => {
    const orders = [MIXED_DEVICES, MIXED_DEVICES.toReversed()];
    const splits = orders.map((devices) => new SplitCohort({ ...cohort, devices }));
    for (const split of splits) await split.step(drawnBatches(cohort, 1));
    const [values = new Map(), others = new Map()] = await Promise.all(
      splits.map((split) => split.values('body')),
    );
    expect(others).toEqual(values);
    for (const split of splits) split.dispose();
  });

  test('STEP-9: an exchange out of order is refused with the one that is due, and the step goes on', async () => {
    const split = new SplitCohort(cohort);
    const { body } = split;
    await expect(body.exchange(1, new Map())).rejects.toThrow('no step is under way');
    const ups = await runUntil(split, 2);
    await expect(body.exchange(2, ups)).rejects.toThrow('exchange 3 is next');
    expect(() => body.begin(MIXED_DEVICES)).toThrow('a step is under way');
    expect(() => {
      body.end();
    }).toThrow('exchange 3 is next');
    const half = split.halves.get('a');
    await expect(half?.answer(1, new Map())).rejects.toThrow('exchange 3 is under way');
    await expect(half?.finish(new Map())).rejects.toThrow('exchange 3 is under way');
    const { downs } = await body.exchange(3, ups);
    expect([...downs.keys()]).toEqual(['a', 'b', 'c', 'd']);
    split.dispose();
  });

  test('STEP-9: a device that missed an exchange cannot come back within the step', async () => {
    const split = new SplitCohort(cohort);
    const ups = await runUntil(split, 1);
    const withoutA = new Map([...ups].filter(([id]) => id !== 'a'));
    await split.body.exchange(2, withoutA);
    await expect(split.body.exchange(3, ups)).rejects.toThrow('device a takes no part, or no further part');
    split.dispose();
  });

  test('STEP-9: a tensor of the wrong name or shape ends the step with its name', async () => {
    const [a] = MIXED_DEVICES;
    if (!a) throw new Error('no devices');
    const body = new Body({ spec, optimiser: cohort.optimiser });
    const half = new SplitHalf({ spec, cut: a.cut, optimiser: cohort.optimiser });
    body.load(cohort.bodyValues);
    half.load(cohort.deviceValues.get('a') ?? new Map());
    const before = memory().numTensors;
    const up = await half.begin(
      drawnBatches(cohort, 1).get('a') ?? {
        images: new Float32Array(),
        labels: new Int32Array(),
        z: new Float32Array(),
      },
    );
    body.begin([a]);
    const misshapen = new Map([...up, ['generator', { shape: [4, 1], data: new Float32Array(4) }]]);
    await expect(body.exchange(1, new Map([['a', misshapen]]))).rejects.toThrow(
      '"generator" is [4, 1] but must be [4, 7, 7, 16]',
    );
    await expect(half.answer(1, new Map())).rejects.toThrow('no tensor is named "discriminator"');
    expect(memory().numTensors).toBe(before);
    expect(() => {
      body.begin([a]);
    }).not.toThrow();
    body.dispose();
    half.dispose();
  });
});

/** Runs a step up to and including that exchange; resolves to what would go up next. */
async function runUntil(
  { body, halves }: SplitCohort,
  last: Exchange,
): Promise<Map<string, ExchangeTensors>> {
  const batches = drawnBatches(cohort, 1);
  let ups = new Map<string, ExchangeTensors>();
  for (const [id, half] of halves) {
    const batch = batches.get(id);
    if (batch) ups.set(id, await half.begin(batch));
  }
  body.begin(MIXED_DEVICES);
  for (const exchange of EXCHANGES.filter((other) => other <= last)) {
    const { downs } = await body.exchange(exchange, ups);
    ups = new Map();
    for (const [id, down] of downs) {
      const half = halves.get(id);
      if (half && exchange < 6) ups.set(id, await half.answer(exchange, down)); // checked
    }
  }
  return ups;
}
