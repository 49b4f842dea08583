import { engine, memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { cganSpec, wholeCut } from '../architecture/index.ts';
import { useBackend } from '../nn/testing/backends.ts';
import { centralPart, makeHalf } from './index.ts';
import { drawnBatches, drawnCohort, largestDifference, ReferenceCohort } from './testing/index.ts';

const spec = cganSpec({ width: 1 / 16, zDim: 8 });
const cut = wholeCut(spec, 'local');
const cohort = drawnCohort(spec, [{ id: 'a', cut, batch: 4 }]);
const values = cohort.deviceValues.get('a') ?? new Map();

beforeAll(() => useBackend('wasm'));

function halfWithValues() {
  const half = makeHalf({ spec, cut, optimiser: cohort.optimiser });
  half.load(values);
  return half;
}

function batchOf(seed: number) {
  const batch = drawnBatches(cohort, seed).get('a');
  if (!batch) throw new Error('no batch was drawn');
  return batch;
}

describe('a local step', () => {
  test('STRAT-9: three steps equal those of the unsplit networks, losses and running statistics included', async () => {
    engine().startScope();
    const half = halfWithValues();
    const whole = new ReferenceCohort(cohort);
    for (const seed of [1, 2, 3]) {
      expect((await half.begin(batchOf(seed))).size).toBe(0);
      const actual = await half.finish(new Map());
      const expected = (await whole.step(new Map([['a', batchOf(seed)]]))).get('a');
      for (const loss of ['discriminatorReal', 'discriminatorFake', 'generator'] as const)
        expect(actual[loss]).toBeCloseTo(expected?.[loss] ?? NaN, 5);
    }
    const after = await half.values();
    expect(largestDifference(after, await whole.values('a'))).toBeLessThanOrEqual(1e-5);
    expect(largestDifference(after, values)).toBeGreaterThan(1e-4);
    half.dispose();
    engine().endScope();
  });

  test('STRAT-9: it goes on from values and moments as if it had not stopped', async () => {
    const straight = halfWithValues();
    const resumed = halfWithValues();
    await straight.begin(batchOf(1));
    await straight.finish(new Map());
    resumed.load(await straight.values());
    resumed.loadMoments(await straight.moments());
    for (const half of [straight, resumed]) {
      await half.begin(batchOf(2));
      await half.finish(new Map());
    }
    expect(largestDifference(await resumed.values(), await straight.values())).toBe(0);
    straight.dispose();
    resumed.dispose();
  });

  test('STRAT-10: a finished step and an abandoned one leave no tensor behind', async () => {
    const before = memory().numTensors;
    const half = halfWithValues();
    await half.begin(batchOf(1));
    await half.finish(new Map());
    const settled = memory().numTensors;
    await half.begin(batchOf(2));
    half.abandon();
    expect(memory().numTensors).toBe(settled);
    await half.begin(batchOf(3));
    await half.finish(new Map());
    expect(memory().numTensors).toBe(settled);
    half.dispose();
    expect(memory().numTensors).toBe(before);
  });

  test('STRAT-10: it has one exchange, one step at a time, and draws its own pictures', async () => {
    const half = halfWithValues();
    await expect(half.finish(new Map())).rejects.toThrow('no step is under way');
    await half.begin(batchOf(1));
    await expect(half.answer(1, new Map())).rejects.toThrow('one exchange');
    expect(() => half.begin(batchOf(2))).toThrow('a step is under way');
    const head = await half.generateHead(batchOf(1).z, batchOf(1).labels);
    expect(head?.shape).toEqual([4, 28, 28, 1]);
    if (head) expect(await half.completeGeneration(head)).toEqual(head);
    half.dispose();
  });

  test('STRAT-10: the coordinator holds nothing of it and answers whoever is done', async () => {
    const part = centralPart('local', { spec, optimiser: cohort.optimiser, seed: 'noise' });
    part.begin(cohort.devices, 0);
    const { downs } = await part.exchange(1, new Map([['a', new Map()]]), { features: true });
    expect(downs).toEqual(new Map([['a', new Map()]]));
    expect((await part.values()).size + (await part.moments()).moments.size).toBe(0);
    await expect(part.preview('a', cut, undefined)).rejects.toThrow('draws its own');
  });
});
