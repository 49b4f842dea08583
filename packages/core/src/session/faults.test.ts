import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../nn/testing/backends.ts';
import { MemoryStore } from '../testing/index.ts';
import type { BodyPort } from './index.ts';
import { isExchangeFrame, tap } from '../testing/tap.ts';
import { World } from '../testing/world.ts';

beforeAll(() => useBackend('wasm'));

/** A body whose next calls of that method fail. */
function failingBody(real: BodyPort, method: keyof BodyPort, isBroken: () => boolean): BodyPort {
  return new Proxy(real, {
    get: (target, name) => {
      if (name === method && isBroken()) return () => Promise.reject(new Error('the graphics card is gone'));
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

describe('faults', () => {
  test('RUN-45: a disk that is full pauses the run with the reason; nothing is lost, and it goes on when it is mended', async () => {
    const store = new MemoryStore();
    const { world } = await World.started(['a', 'b'], { store, settings: { stepsPerRound: 1, rounds: 2 } });
    await world.untilRounds(1);
    const before = store.checkpoint;
    store.fault = 'The disk is full.';
    await world.until(() => world.view.phase === 'paused');
    expect(store.checkpoint).toBe(before);
    expect(world.view.committedRound).toBe(0);
    expect(world.view.warnings[0]).toEqual({
      code: 'paused-by-fault',
      sentence:
        'The run is paused: The disk is full. Mend the cause, then press Start; the last finished round is safe.',
    });
    store.fault = undefined;
    world.run.loop.command('start');
    await world.untilRounds(2);
    expect(store.checkpoint?.committedRound).toBe(1);
    expect(world.view.warnings).toEqual([]);
  });

  test.each(['exchange', 'state', 'load'] as const)(
    'RUN-46: a body that fails in %s pauses the run with the reason; Start goes on from the last commit',
    async (method) => {
      let isBroken = false;
      const { world } = await World.started(['a', 'b'], {
        settings: { stepsPerRound: 1, rounds: 3 },
        body: (real) => failingBody(real, method, () => isBroken),
      });
      await world.untilRounds(1);
      isBroken = true;
      await world.until(() => world.view.phase === 'paused');
      expect(world.view.warnings[0]?.sentence).toContain('the graphics card is gone.');
      isBroken = false;
      const { committedRound } = world.view;
      world.run.loop.command('start');
      await world.untilRounds(committedRound + 2);
    },
  );

  test.each(['preview', 'sample'] as const)(
    'RUN-47: a body that fails in %s costs pictures, not the run',
    async (method) => {
      const { world } = await World.started(['a', 'b'], {
        settings: { stepsPerRound: 1, rounds: 1 },
        body: (real) => failingBody(real, method, () => true),
      });
      await world.untilRounds(1);
      expect(world.view.phase).toBe('finished');
      expect(world.logged(`${method === 'sample' ? 'samples' : method}-failed`).length).toBeGreaterThan(0);
    },
  );

  test('RUN-48: a profile that fits no network costs the plan, not the run', async () => {
    const { world } = await World.started(['a'], { settings: { stepsPerRound: 1, rounds: 1 } });
    await world.join('odd', {
      profile: {
        compute: {
          kind: 'measured',
          batch: 1,
          generator: { head: [{ forward: 0, backward: 0 }], tail: [{ forward: 0, backward: 0 }] },
          discriminator: { head: [{ forward: 0, backward: 0 }], tail: [{ forward: 0, backward: 0 }] },
        },
        exchangeSeconds: 0,
        roundTripSeconds: 0,
        uplinkBytesPerSecond: 1,
        downlinkBytesPerSecond: 1,
      },
    });
    await world.untilRounds(1);
    expect(world.logged('plan-failed')).toHaveLength(1);
  });

  test('RUN-50: layers that are not finite leave their device out of the federation', async () => {
    const world = await World.open({ settings: { stepsPerRound: 1, rounds: 1 } });
    await world.join('a');
    await world.join('b');
    await world.join('broken', {
      wrap: tap({
        sends: ({ packet, header }) => {
          if (packet.kind !== 'frame' || header?.kind !== 'layers') return packet;
          const bytes = packet.bytes.slice();
          bytes.fill(0xff, bytes.length - 4);
          return { kind: 'frame', bytes };
        },
      }),
    });
    world.run.loop.command('start');
    await world.untilRounds(1);
    expect(Object.keys(world.view.groups[0]?.of ?? {})).toEqual(['device-00001', 'device-00002']);
  });

  test('WARN-14: a round that is given up three times in a row is named with what to do, until one is committed', async () => {
    let isPoisoned = true;
    const world = await World.open({ settings: { stepsPerRound: 1, rounds: 1, encoding: 'float32' } });
    for (const name of ['a', 'b'])
      await world.join(name, {
        wrap: tap({
          sends: (heard) => {
            const { packet } = heard;
            if (!isPoisoned || !isExchangeFrame(heard, 1) || packet.kind !== 'frame') return packet;
            const bytes = packet.bytes.slice();
            bytes.fill(0xff, bytes.length - 4);
            return { kind: 'frame', bytes };
          },
        }),
      });
    world.run.loop.command('start');
    const stuck = () => world.view.warnings.find(({ code }) => code === 'stuck');
    await world.until(() => stuck() !== undefined);
    expect(world.logged('abandoned')).toHaveLength(3);
    expect(stuck()?.sentence).toMatch(
      /^Round 1 was given up 3 times in a row .+ tensor-not-finite\. .+ learning rate/,
    );
    isPoisoned = false;
    await world.untilRounds(1);
    expect(stuck()).toBeUndefined();
  });

  test('RUN-51: a body whose numbers overflow pauses the run instead of ending it', async () => {
    let isPoisoned = true;
    const world = await World.open({ settings: { stepsPerRound: 2, rounds: 1, encoding: 'float32' } });
    await world.join('a');
    await world.join('b', {
      wrap: tap({
        sends: (heard) => {
          const { packet } = heard;
          if (!isPoisoned || !isExchangeFrame(heard, 1) || packet.kind !== 'frame') return packet;
          const bytes = packet.bytes.slice();
          // The largest number of 32 bits: finite, and too large to be squared.
          bytes.set([0xff, 0xff, 0x7f, 0x7f], bytes.length - 4);
          return { kind: 'frame', bytes };
        },
      }),
    });
    world.run.loop.command('start');
    await world.until(() => world.view.phase === 'paused');
    expect(world.view.warnings[0]?.code).toBe('paused-by-fault');
    isPoisoned = false;
    world.run.loop.command('start');
    await world.untilRounds(1);
  });
});
