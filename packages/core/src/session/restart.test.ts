import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../nn/testing/backends.ts';
import { MemoryStore } from '../testing/index.ts';
import type { Checkpoint } from './index.ts';
import { drainWork, World } from '../testing/world.ts';

beforeAll(() => useBackend('wasm'));

describe('a coordinator that is killed', () => {
  test('RUN-60: it goes on from the last commit; devices come back by themselves, with their moments', async () => {
    const { world, devices } = await World.started(['a', 'b'], { settings: { stepsPerRound: 2, rounds: 2 } });
    await world.untilRounds(1);
    const committed = world.run.store.checkpoint;
    await world.untilStep(1);
    await world.run.restart();
    expect(world.view.committedRound).toBe(0);
    expect((await world.run.body.state()).values).toEqual(committed?.body.values);
    expect((await world.run.body.state()).moments).toEqual(committed?.body.moments);
    expect(world.run.loop.checkpoint().clusterLayers).toEqual(committed?.clusterLayers);
    world.run.loop.command('start');
    await world.untilRounds(2);
    expect(world.view.devices.map(({ id }) => id).sort()).toEqual(['device-00001', 'device-00002']);
    for (const device of devices) {
      expect(device.connections()).toBe(2);
      expect(device.status().events.map(({ text }) => text)).toContain('Back in the run');
      // Two steps a round: four only where the moments of the first round were kept.
      await world.until(() => stepCounts(device.storage.kept('small')?.moments).has(4));
      expect(stepCounts(device.storage.kept('small')?.moments)).toEqual(new Set([4]));
    }
    expect(stepCounts(world.run.store.checkpoint?.body.moments)).toEqual(new Set([4]));
  });

  test('RUN-61: before the first commit nothing is known of the devices: they join anew and the run begins', async () => {
    const { world, devices } = await World.started(['a', 'b'], { settings: { stepsPerRound: 2, rounds: 1 } });
    await world.untilStep(1);
    await world.run.restart();
    world.run.loop.command('start');
    await world.untilRounds(1);
    for (const device of devices) {
      expect(device.status().events.map(({ text }) => text)).toContain(
        'Joins anew: the run does not know this device any more',
      );
      expect(device.connections()).toBe(3);
    }
  });

  test('RUN-62: a start without its old settings says so instead of training something else', async () => {
    const { world } = await World.started(['a', 'b'], { settings: { stepsPerRound: 1, rounds: 1 } });
    await world.untilRounds(1);
    await expect(World.open({ store: world.run.store, settings: { zDim: 16 } })).rejects.toThrow(
      "The run's folder holds a run with images with condition classes, 0 communities, 10 classes, 28 pixels, 1 channels, width 0.0625, 5 blocks, 8 noise values",
    );
  });

  test('RUN-63: an orderly end lets a commit that is being written come to its end', async () => {
    const store = new SlowStore();
    const { world } = await World.started(['a', 'b'], { store, settings: { stepsPerRound: 1, rounds: 2 } });
    await world.until(() => store.isWriting);
    let isClosed = false;
    const closing = world.run.close().then(() => (isClosed = true));
    await drainWork();
    expect(isClosed).toBe(false);
    store.letWrite();
    await closing;
    expect(store.checkpoint?.committedRound).toBe(0);
  });
});

/** A store whose first commit waits until it is let go. */
class SlowStore extends MemoryStore {
  isWriting = false;
  letWrite: () => void = () => undefined;

  override async commit(checkpoint: Checkpoint): Promise<void> {
    this.isWriting = true;
    await new Promise<void>((resolve) => {
      this.letWrite = resolve;
    });
    await super.commit(checkpoint);
  }
}

function stepCounts(moments: { readonly steps: ReadonlyMap<string, number> } | undefined): Set<number> {
  return new Set(moments?.steps.values());
}
