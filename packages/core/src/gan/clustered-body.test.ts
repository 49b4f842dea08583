import '@tensorflow/tfjs-backend-wasm';
import { memory, setBackend } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { cganSpec, EXCHANGES, SHALLOWEST_CUT } from '../architecture/index.ts';
import { bodyOfCluster, joinedBodies } from '../federate/index.ts';
import { ClusteredBody } from './clustered-body.ts';
import type { ExchangeTensors } from './plain.ts';
import { SplitHalf } from './split-half.ts';
import { drawnBatches, drawnCohort, largestDifference, SplitCohort } from './testing/index.ts';

const spec = cganSpec({ width: 1 / 16, zDim: 8 });
const device = (id: string) => ({ id, cut: SHALLOWEST_CUT, batch: 4 });

beforeAll(async () => {
  expect(await setBackend('wasm')).toBe(true);
});

describe('a body for each cluster', () => {
  test('STEP-19: devices of two clusters train as two cohorts that never meet', async () => {
    const before = memory().numTensors;
    const all = drawnCohort(spec, ['a', 'b', 'c'].map(device));
    const batches = drawnBatches(all, 1);
    const [left, right] = [['a', 'c'], ['b']].map(
      (ids) => new SplitCohort({ ...all, devices: all.devices.filter(({ id }) => ids.includes(id)) }),
    );
    if (!left || !right) throw new Error('no cohorts');
    const halves = new Map(
      all.devices.map(({ id, cut }) => {
        const half = new SplitHalf({ spec, cut, optimiser: all.optimiser });
        half.load(all.deviceValues.get(id) ?? new Map());
        return [id, half];
      }),
    );
    const body = new ClusteredBody({ spec, optimiser: all.optimiser });
    body.load(joinedBodies(new Map([0, 5].map((cluster) => [cluster, all.bodyValues]))));
    body.begin(all.devices.map((one) => ({ ...one, cluster: one.id === 'b' ? 5 : 0 })));
    let ups = new Map<string, ExchangeTensors>();
    for (const [id, half] of halves) ups.set(id, await half.begin(batches.get(id) ?? NO_BATCH));
    for (const exchange of EXCHANGES) {
      const { downs } = await body.exchange(exchange, ups, { features: false });
      ups = new Map();
      for (const [id, half] of halves) {
        const down = downs.get(id) ?? new Map();
        if (exchange === 6) await half.finish(down);
        else ups.set(id, await half.answer(exchange, down));
      }
    }
    await left.step(new Map([...batches].filter(([id]) => id !== 'b')));
    await right.step(new Map([...batches].filter(([id]) => id === 'b')));
    const values = await body.values();
    expect(largestDifference(bodyOfCluster(values, 0), await left.values('body'))).toBe(0);
    expect(largestDifference(bodyOfCluster(values, 5), await right.values('body'))).toBe(0);
    expect(await body.moments()).toMatchObject({ steps: expect.any(Map) as Map<string, number> });
    expect([...(await body.moments()).steps.keys()].every((name) => /^body[05]\//.test(name))).toBe(true);
    for (const half of halves.values()) half.dispose();
    for (const one of [body, left, right]) one.dispose();
    expect(memory().numTensors).toBe(before);
  });

  test('STEP-19: a cluster whose devices are all lost ends its step, and the others go on', async () => {
    const cohort = drawnCohort(spec, ['a', 'b'].map(device));
    const batches = drawnBatches(cohort, 1);
    const body = new ClusteredBody({ spec, optimiser: cohort.optimiser });
    body.load(joinedBodies(new Map([0, 1].map((cluster) => [cluster, cohort.bodyValues]))));
    body.begin([
      { ...device('a'), cluster: 0 },
      { ...device('b'), cluster: 1 },
    ]);
    const half = new SplitHalf({ spec, cut: SHALLOWEST_CUT, optimiser: cohort.optimiser });
    half.load(cohort.deviceValues.get('a') ?? new Map());
    const up = await half.begin(batches.get('a') ?? NO_BATCH);
    const first = await body.exchange(1, new Map([['a', up]]), { features: false });
    expect([...first.downs.keys()]).toEqual(['a']);
    const second = await half.answer(1, first.downs.get('a') ?? new Map());
    expect([...(await body.exchange(2, new Map([['a', second]]), { features: false })).downs.keys()]).toEqual(
      ['a'],
    );
    half.dispose();
    body.dispose();
  });
});

const NO_BATCH = { images: new Float32Array(), labels: new Int32Array(), z: new Float32Array() };
