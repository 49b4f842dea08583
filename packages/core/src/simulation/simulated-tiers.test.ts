import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { mergeCommunities } from '../cloud/index.ts';
import { useBackend } from '../nn/testing/backends.ts';
import { SLOW_DEVICE } from '../testing/small-simulation.ts';
import { openTiers } from '../testing/small-tiers.ts';
import { SimulatedTiers } from './simulated-tiers.ts';

beforeAll(() => useBackend('wasm'));

describe('edges and their cloud on one virtual time', () => {
  test('TIER-11: after each round all communities go on with the cloud’s generator, and no tensor is left', async () => {
    const before = memory().numTensors;
    const { tiers, store, close } = await openTiers();
    await tiers.untilRounds(2);
    const model = await tiers.cloud.latest();
    expect(model?.version).toBe(2);
    expect([...(model?.weights.values() ?? [])].reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 9);
    expect([...(store.checkpoint?.uploads.values() ?? [])].map(({ iterations }) => iterations)).toEqual([
      2, 2,
    ]);
    for (const { loop } of tiers.edges) {
      const { body, globalVersion, globalLayers } = loop.checkpoint();
      expect(globalVersion).toBe(2);
      expect(body.values).toEqual(model?.generator);
      // The discriminators are the devices' alone.
      for (const name of globalLayers.keys()) expect(name).not.toMatch(/^discriminator/);
      expect(loop.view().community).toMatchObject({ version: 2, reached: true });
    }
    const bytes = [...(model?.generator.values() ?? [])].reduce((sum, { data }) => sum + data.byteLength, 0);
    expect(tiers.traffic).toEqual({ up: 4 * bytes, down: 4 * bytes });
    await close();
    expect(memory().numTensors).toBe(before);
  });

  test.each(['fr-sync', 'fr-async'] as const)(
    'TIER-11: the same seed gives the same numbers and the same virtual time, another seed does not (%s)',
    async (strategy) => {
      const outcomes = [];
      for (const seed of [5, 5, 6]) {
        const { tiers, time, close } = await openTiers({ settings: { strategy, seed, stepsPerRound: 1 } });
        await tiers.untilRounds(2);
        outcomes.push({ model: await tiers.cloud.latest(), now: time.clock.now() });
        await close();
      }
      expect(outcomes[0]).toEqual(outcomes[1]);
      expect(outcomes[0]?.model).not.toEqual(outcomes[2]?.model);
    },
  );

  test.each(['lr-sync', 'lr-async'] as const)(
    'TIER-21: %s hands out a generator that has learned from the domain terms, and leaves no tensor',
    async (strategy) => {
      const before = memory().numTensors;
      const { tiers, store, close } = await openTiers({
        settings: { strategy, condition: 'domains', stepsPerRound: 1, rounds: 1, domainSteps: 1 },
        profiles: [[SLOW_DEVICE], [SLOW_DEVICE]],
      });
      await tiers.untilRounds(1);
      const { uploads, weights, generator, domains } = store.checkpoint ?? {};
      expect(domains?.classifier.size).toBeGreaterThan(0);
      const merged = mergeCommunities([...(uploads?.values() ?? [])]);
      expect(weights).toEqual(merged.weights);
      expect([...(generator?.keys() ?? [])]).toEqual([...merged.generator.keys()]);
      expect(generator).not.toEqual(merged.generator);
      await close();
      expect(memory().numTensors).toBe(before);
    },
  );

  test('TIER-11: a community without an edge is refused', async () => {
    const opened = await openTiers();
    const { settings } = opened.tiers.cloud;
    await expect(
      SimulatedTiers.open({
        settings,
        time: opened.time,
        cloud: { store: opened.store, log: () => undefined },
        edges: [],
      }),
    ).rejects.toThrow('2 communities (north, south) need as many edges, not 0');
    await opened.close();
  });
});
