import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { DeviceProfile } from '../cut/index.ts';
import { useBackend } from '../nn/testing/backends.ts';
import { openTiers } from '../testing/small-tiers.ts';
import { SLOW_DEVICE } from '../testing/small-simulation.ts';

beforeAll(() => useBackend('wasm'));

const SLOWER: DeviceProfile = {
  ...SLOW_DEVICE,
  compute: { kind: 'speed', gigaflopsPerSecond: 0.005 },
};

/** What each community brought to its first merge. */
async function firstUploads(
  strategy: 'fr-sync' | 'fr-async',
  profiles: readonly (readonly DeviceProfile[])[],
) {
  const opened = await openTiers({ settings: { strategy, rounds: 1, stepsPerRound: 3 }, profiles });
  await opened.tiers.untilRounds(1);
  const uploads = opened.store.checkpoint?.uploads;
  const seconds = opened.time.clock.now() / 1000;
  // The slowest comes to the end of what it computes.
  let isLate = false;
  opened.time.clock.after(600_000, () => {
    isLate = true;
  });
  await opened.time.runUntil(() => isLate);
  await opened.close();
  return { uploads, seconds };
}

describe('an asynchronous edge', () => {
  test('TIER-17: with one device a community its generator is that of a synchronous edge: nothing is stale', async () => {
    const alone = [[SLOW_DEVICE], [SLOW_DEVICE]];
    const [sync, async_] = [await firstUploads('fr-sync', alone), await firstUploads('fr-async', alone)];
    for (const community of [0, 1]) {
      const [one, other] = [sync.uploads?.get(community), async_.uploads?.get(community)];
      expect(one?.generator.size).toBeGreaterThan(0);
      expect(other?.generator).toEqual(one?.generator);
      expect(other?.score).toBe(one?.score);
      expect(other?.iterations).toBe(3);
    }
  });

  test('TIER-12: a device ten times slower holds nobody up, and no tensor is left', async () => {
    const before = memory().numTensors;
    const mixed = [[SLOW_DEVICE, SLOW_DEVICE, SLOWER], [SLOW_DEVICE]];
    const [sync, async_] = [await firstUploads('fr-sync', mixed), await firstUploads('fr-async', mixed)];
    // Three iterations of three devices each: nine updates, most of them of the two that are fast.
    expect(async_.uploads?.get(0)?.iterations).toBe(9);
    expect(sync.uploads?.get(0)?.iterations).toBe(3);
    expect(async_.seconds).toBeLessThan(0.5 * sync.seconds);
    expect(memory().numTensors).toBe(before);
  });
});
