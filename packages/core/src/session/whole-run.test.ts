import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../nn/testing/backends.ts';
import { drainWork, World } from '../testing/world.ts';

beforeAll(() => useBackend('wasm'));

describe('a run as a whole', () => {
  test.each(['float16', 'int8'] as const)(
    'RUN-64: the same seed gives the same weights, whoever answers first (%s)',
    async (encoding) => {
      const weights = [];
      for (const [aMs, bMs] of [
        [5, 40],
        [40, 5],
      ] as const) {
        const world = await World.open({
          settings: { stepsPerRound: 2, rounds: 2, warmUpRounds: 0, encoding },
        });
        await world.join('a', { faults: { latencyMs: aMs } });
        await world.join('b', { faults: { latencyMs: bMs }, domain: 'marker' });
        world.run.loop.command('start');
        await world.untilRounds(2);
        const { body, globalLayers, clusterLayers, losses } = world.run.loop.checkpoint();
        weights.push({ body, globalLayers, clusterLayers, losses });
      }
      expect(weights[0]).toEqual(weights[1]);
      expect(weights[0]?.losses).toHaveLength(4);
    },
  );

  test('RUN-65: when a run has ended, rounds that were abandoned included, no tensor is left', async () => {
    const before = memory().numTensors;
    const { world, devices } = await World.started(['a', 'b', 'c'], {
      settings: { stepsPerRound: 2, rounds: 5, minimumDevices: 3 },
    });
    await world.untilRounds(1);
    for (let round = 1; round < 5; round++) {
      await world.untilStep(1);
      if (round % 2 === 0) devices[round % 3]?.pair().cut();
      await world.untilRounds(round + 1);
    }
    for (const device of devices) device.loop.leave();
    await world.run.close();
    await drainWork();
    expect(memory().numTensors).toBe(before);
    expect(world.logged('abandoned').length).toBeGreaterThanOrEqual(2);
  });

  test('RUN-67: bodies of clusters are committed and found again after a restart', async () => {
    const world = await World.open({
      settings: { bodies: 'per-cluster', stepsPerRound: 2, rounds: 4, warmUpRounds: 1, clusters: 2 },
    });
    for (const [name, domain] of [
      ['a', 'pen'],
      ['b', 'pen'],
      ['c', 'marker'],
      ['d', 'marker'],
    ] as const)
      await world.join(name, { domain });
    world.run.loop.command('start');
    await world.untilRounds(1);
    const bodies = () => [
      ...new Set([...world.run.loop.checkpoint().body.values.keys()].map((name) => name.split('/')[0])),
    ];
    expect(bodies()).toEqual(['body0']);
    await world.untilRounds(2);
    expect(bodies()).toEqual(['body0', 'body1']);
    await world.run.restart();
    await world.until(() => world.view.here === 4);
    world.run.loop.command('start');
    await world.untilRounds(4);
    expect(bodies()).toEqual(['body0', 'body1']);
    expect(world.run.loop.generators().size).toBe(2);
    await world.run.close();
    await drainWork();
  });

  test('RUN-66: a device sees samples of its own group, in [-1, 1], after each round', async () => {
    const { world, devices } = await World.started(['a', 'b'], { settings: { stepsPerRound: 1, rounds: 2 } });
    await world.untilRounds(2);
    const samples = devices[0]?.samples;
    expect([...(samples?.keys() ?? [])]).toEqual([0, 1]);
    const images = samples?.get(1);
    expect(images?.shape).toEqual([10, 28, 28, 1]);
    expect(images?.data.every((value) => value >= -1 && value <= 1)).toBe(true);
    expect(new Set(images?.data).size).toBeGreaterThan(100);
    await world.until(() => world.view.sampleRounds.length === 3);
    const [group] = world.run.store.samples.get(2)?.groups ?? [];
    expect(atob(group?.pixels ?? '')).toHaveLength(10 * 28 * 28);
  });
});
