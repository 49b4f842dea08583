import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { runBody } from '../body/index.ts';
import { systemClock } from '../clock.ts';
import { BatchSource, GAUSSIAN_GRID, gaussianPoints } from '../data/index.ts';
import { useBackend } from '../nn/testing/backends.ts';
import { Random } from '../random.ts';
import { MemoryStore, smallRun } from '../testing/memory-run.ts';
import { openSimulation, SLOW_DEVICE } from '../testing/small-simulation.ts';
import { MemoryDeviceStorage, SimulatedRun, SimulatedTime } from './index.ts';

beforeAll(() => useBackend('wasm'));

const ENGINE = { backend: 'wasm', adapter: 'memory', reason: 'a test' } as const;

describe('a simulated run', () => {
  test.each(['md-gan', 'fed-gan', 'centralised'] as const)(
    'TIERDATA-1: %s trains on points without labels, and keeps a cloud of 256',
    async (strategy) => {
      const before = memory().numTensors;
      const settings = smallRun({ strategy, data: 'points', condition: 'none', classes: ['1', '2'] });
      const body = runBody(settings, { engine: ENGINE, clock: systemClock });
      const store = new MemoryStore();
      const run = await SimulatedRun.open({
        settings,
        time: new SimulatedTime(),
        body,
        coordinator: { compute: { kind: 'speed', gigaflopsPerSecond: 50 }, exchangeSeconds: 0.003 },
        store,
        devices: [0, 1].map((mode) => ({
          name: `d${mode}`,
          profile: SLOW_DEVICE,
          images: new BatchSource(
            gaussianPoints({
              grid: GAUSSIAN_GRID,
              modes: [mode],
              count: 32,
              random: new Random(mode),
            }),
            new Random(`batches ${mode}`),
          ),
          storage: new MemoryDeviceStorage(),
        })),
        engine: ENGINE,
        start: 1,
        log: () => undefined,
      });
      await run.untilRounds(2);
      expect(run.loop.committedRound).toBe(1);
      for (const { discriminatorReal, generator } of run.loop.view().losses)
        for (const loss of [discriminatorReal, generator]) expect(loss).toBeGreaterThan(0);
      const sample = store.samples.get(2);
      expect(sample?.shape).toEqual([1, 1, 2]);
      expect(atob(sample?.groups[0]?.pixels ?? '')).toHaveLength(2 * 256);
      await run.close();
      body.dispose();
      expect(memory().numTensors).toBe(before);
    },
  );

  test.each(['huscf-gan', 'md-gan', 'fed-gan'] as const)(
    'TIERDATA-2: %s trains images without labels, and keeps ten of them',
    async (strategy) => {
      const { run, store, close } = await openSimulation({
        settings: { strategy, condition: 'none', stepsPerRound: 1 },
      });
      await run.untilRounds(1);
      expect(store.samples.get(1)?.groups[0]?.labels).toEqual(new Array(10).fill(0));
      await close();
    },
  );
});
