import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { mergeCommunities } from '../cloud/index.ts';
import { useBackend } from '../nn/testing/backends.ts';
import { SLOW_DEVICE } from '../testing/small-simulation.ts';
import type { NamedTensors } from '../tensors/index.ts';
import { smallRun } from '../testing/memory-run.ts';
import { openTiers } from '../testing/small-tiers.ts';
import { SimulatedTiers } from './simulated-tiers.ts';

beforeAll(() => useBackend('wasm'));

const RUN = smallRun().id;

/** The names of the tensors that are not the same in both, or that one alone has: told in a line where tensors fill pages. */
function different(one: NamedTensors = new Map(), other: NamedTensors = new Map()): readonly string[] {
  const names = new Set([...one.keys(), ...other.keys()]);
  return [...names].filter((name) => {
    const [a, b] = [one.get(name)?.data, other.get(name)?.data];
    return a?.length !== b?.length || a?.some((value, i) => value !== b?.[i]);
  });
}

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

  test.each(['lr-sync', 'lr-async'] as const)(
    'TIER-25: %s whose edges compute the terms gets the plain average and the classifier, and trains with it',
    async (strategy) => {
      const before = memory().numTensors;
      const outcomes = [];
      for (const lambda2 of [1, 0.5]) {
        const { tiers, store, close } = await openTiers({
          settings: {
            ...{ strategy, condition: 'domains', domainTerms: 'edges', lambda2 },
            ...{ stepsPerRound: 1, rounds: 2, domainSteps: 1 },
          },
          profiles: [[SLOW_DEVICE], [SLOW_DEVICE]],
        });
        await tiers.untilRounds(1);
        const { uploads, generator } = store.checkpoint ?? {};
        const first = mergeCommunities([...(uploads?.values() ?? [])]).generator;
        expect(different(generator, first)).toEqual([]);
        await tiers.untilRounds(2);
        const { version, generator: own, domainClassifier } = (await tiers.cloud.latest()) ?? {};
        // Asynchronously the last to be merged has the newest model, the other the one before.
        const checkpoints = tiers.edges.map(({ loop }) => loop.checkpoint());
        const { body } = checkpoints.find(({ globalVersion }) => globalVersion === version) ?? {};
        expect(domainClassifier?.size).toBeGreaterThan(0);
        expect(different(body?.values, new Map([...(own ?? []), ...(domainClassifier ?? [])]))).toEqual([]);
        outcomes.push({ first, second: own });
        await close();
      }
      // The first round knows no classifier, so that lambda2 makes no difference before the second.
      const [one, other] = outcomes;
      expect(different(one?.first, other?.first)).toEqual([]);
      expect(different(one?.second, other?.second)).not.toEqual([]);
      expect(memory().numTensors).toBe(before);
    },
  );

  test.each([
    ['fr-sync', 'training'],
    ['fr-sync', 'committing'],
    ['fr-async', 'streaming'],
    ['fr-async', 'committing'],
    ['lr-sync', 'training'],
  ] as const)(
    'TIERDATA-17: %s interrupted while an edge is %s goes on with its devices’ discriminators, and no round is merged twice',
    async (strategy, phase) => {
      const before = memory().numTensors;
      const condition = strategy === 'lr-sync' ? 'domains' : 'classes';
      const settings = { strategy, condition, rounds: 2, domainSteps: 1 } as const;
      const first = await openTiers({ settings });
      await first.tiers.untilRounds(1);
      const interruption = new AbortController();
      const [north] = first.tiers.edges;
      north?.loop.onChange(() => {
        const { place } = north.loop;
        if (place.round === 1 && place.phase === phase) interruption.abort();
      });
      await first.tiers.untilRounds(2, interruption.signal);
      const committed = first.tiers.edges.map(({ loop }) => loop.committedRound);
      const kept = [...first.storages].map(([name, storage]) => ({ name, ...storage.kept(RUN) }));
      await first.close();
      expect(memory().numTensors).toBe(before);
      expect(committed).toContain(0);
      expect(first.edgeStores.map(({ checkpoint }) => checkpoint?.committedRound)).toEqual(committed);
      const uploads = [...(first.store.checkpoint?.uploads.values() ?? [])];
      for (const { community, round } of uploads)
        expect(round).toBeLessThanOrEqual(committed[community] ?? -1);
      for (const { name, committedRound, layers } of kept) {
        expect(committedRound).toBe(committed[name.startsWith('north') ? 0 : 1]);
        expect([...(layers?.keys() ?? [])].join()).toMatch(/discriminator/);
      }

      const second = await openTiers({ settings, after: first });
      const found = [...second.storages].map(([name, storage]) => ({ name, ...storage.kept(RUN) }));
      expect(found.map(({ layers, moments }) => ({ layers, moments }))).toEqual(
        kept.map(({ layers, moments }) => ({ layers, moments })),
      );
      await second.tiers.untilRounds(2);
      const { uploads: last, version } = second.store.checkpoint ?? {};
      expect([...(last?.values() ?? [])].map(({ round }) => round)).toEqual([1, 1]);
      expect(version).toBe(strategy === 'fr-async' ? 4 : 2);
      await second.close();
      expect(memory().numTensors).toBe(before);
    },
  );

  test.each(['fr-sync', 'fr-async'] as const)(
    'TIERDATA-17: %s interrupted between rounds waits until devices keep what they trained for the last commit',
    async (strategy) => {
      const { tiers, storages, close } = await openTiers({ settings: { strategy, stepsPerRound: 1 } });
      await tiers.untilRounds(1);
      await tiers.untilRounds(2, AbortSignal.abort());
      const [north = -1, south] = tiers.edges.map(({ loop }) => loop.committedRound);
      expect(north).toBeGreaterThanOrEqual(0);
      const kept = [...storages.values()].map((storage) => storage.kept(RUN)?.committedRound);
      expect(kept).toEqual([north, north, south, south]);
      await close();
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
