import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../nn/testing/backends.ts';
import type { RunSettings } from '../protocol/index.ts';
import { drainWork, World } from './world.ts';

beforeAll(() => useBackend('wasm'));

const FOUR = { stepsPerRound: 2, rounds: 2, warmUpRounds: 0, minimumDevices: 4 } as const;

/** Four devices of two domains, ready to start. */
async function fourDevices(settings: Partial<RunSettings>) {
  const world = await World.open({ settings: { ...FOUR, ...settings } });
  const devices = [];
  for (const name of ['a', 'b', 'c', 'd'])
    devices.push(await world.join(name, { domain: name < 'c' ? 'pen' : 'marker' }));
  world.run.loop.command('start');
  return { world, devices };
}

describe('HFL-GAN in a run', () => {
  test('HFL-9: two rounds commit, every device draws its own pictures, and no tensor is left', async () => {
    const before = memory().numTensors;
    const { world, devices } = await fourDevices({ strategy: 'hfl-gan' });
    await world.untilRounds(2);
    const { losses, clusterLayers, body } = world.run.loop.checkpoint();
    expect(losses).toHaveLength(4);
    for (const point of losses)
      for (const loss of Object.values(point)) expect(loss).toSatisfy(Number.isFinite);
    expect(body.values.size).toBe(0);
    for (const layers of clusterLayers.values())
      expect([...layers.keys()].some((name) => name.startsWith('generator2.'))).toBe(true);
    for (const { samples } of devices) expect(samples.get(1)?.shape).toEqual([10, 28, 28, 1]);
    for (const { loop } of devices) loop.leave();
    await world.run.close();
    await drainWork();
    expect(memory().numTensors).toBe(before);
  });
});
