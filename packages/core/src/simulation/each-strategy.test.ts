import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../nn/testing/backends.ts';
import { STRATEGY_NAMES, strategyOf } from '../strategy/index.ts';
import { openSimulation } from '../testing/small-simulation.ts';

beforeAll(() => useBackend('wasm'));

describe('a simulated run', () => {
  test.each(STRATEGY_NAMES)('LAB-6: %s commits two rounds and leaves no tensor behind', async (strategy) => {
    const before = memory().numTensors;
    const { run, store, close } = await openSimulation({
      settings: { strategy, warmUpRounds: 1, stepsPerRound: 1 },
    });
    await run.untilRounds(2);
    expect(run.loop.committedRound).toBe(1);
    const { losses, groups } = run.loop.view();
    // Without a barrier both devices' reports of the first round come in the second: one point, their mean.
    expect(losses).toHaveLength(strategyOf(strategy).tiers?.pace === 'async' ? 1 : 2);
    for (const { discriminatorReal, discriminatorFake, generator } of losses)
      for (const loss of [discriminatorReal, discriminatorFake, generator]) expect(loss).toBeGreaterThan(0);
    expect(Object.keys(groups.at(-1)?.of ?? {})).toHaveLength(2);
    expect(store.checkpoint?.committedRound).toBe(1);
    await close();
    expect(memory().numTensors).toBe(before);
  });
});
