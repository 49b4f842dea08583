import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../nn/testing/backends.ts';
import { tap } from '../testing/tap.ts';
import { World } from '../testing/world.ts';

beforeAll(() => useBackend('wasm'));

/** Milliseconds that drawing a batch takes on the slow device of these tests. */
const DRAW_MS = 400;

/** Milliseconds from each 'step' message to the device's first frame of that step. */
async function reactionTimes(power: 'gentle' | 'normal' | 'full'): Promise<number[]> {
  const world = await World.open({ settings: { stepsPerRound: 3, rounds: 1, minimumDevices: 1 } });
  const times: number[] = [];
  let askedMs = 0;
  const device = await world.join('slow', {
    images: (drawn) => ({
      count: drawn.count,
      shape: drawn.shape,
      classNames: drawn.classNames,
      labelsHeld: drawn.labelsHeld,
      draw: (batch) => {
        world.clock.advance(DRAW_MS);
        return drawn.draw(batch);
      },
      setAside: (share) => drawn.setAside(share),
    }),
    wrap: tap({
      hears: ({ type }) => {
        if (type === 'step') askedMs = world.clock.now();
      },
      sends: ({ packet, header }) => {
        if (header?.kind === 'exchange' && header.exchange === 1) times.push(world.clock.now() - askedMs);
        return packet;
      },
    }),
  });
  device.loop.power = power;
  world.run.loop.command('start');
  await world.untilRounds(1);
  return times;
}

describe('devices at work', () => {
  test('DEV-30: the power setting rests before the next step as long as it asks, in shares of the computing time', async () => {
    const [gentle, full] = [await reactionTimes('gentle'), await reactionTimes('full')];
    expect(full.every((time) => time < DRAW_MS + 50)).toBe(true);
    expect(gentle[0]).toBeLessThan(DRAW_MS + 50);
    for (const time of gentle.slice(1)) {
      expect(time).toBeGreaterThanOrEqual(2 * DRAW_MS);
      expect(time).toBeLessThan(2 * DRAW_MS + 100);
    }
  });

  test('DEV-31: an engine that fails in a step costs the step, not the connection or the round', async () => {
    const world = await World.open({ settings: { stepsPerRound: 3, rounds: 1 } });
    await world.join('a');
    await world.join('b');
    let draws = 0;
    const broken = await world.join('broken', {
      images: (drawn) => ({
        count: drawn.count,
        shape: drawn.shape,
        classNames: drawn.classNames,
        labelsHeld: drawn.labelsHeld,
        draw: (batch) => {
          if (++draws === 2) throw new Error('the device was lost');
          return drawn.draw(batch);
        },
        setAside: (share) => drawn.setAside(share),
      }),
    });
    world.run.loop.command('start');
    await world.untilRounds(1);
    expect(world.logged('step-failed').map(({ fields }) => fields)).toEqual([
      { device: 'device-00003', code: 'engine-failed' },
    ]);
    expect(broken.connections()).toBe(1);
    expect(broken.status()).toMatchObject({ stepsDone: 2, stepsMissed: 1 });
    expect(Object.keys(world.view.groups[0]?.of ?? {})).toHaveLength(3);
  });

  test('DEV-32: after each commit the storage holds the token, the segments and their moments of that round', async () => {
    const { world, devices } = await World.started(['a', 'b'], { settings: { stepsPerRound: 2, rounds: 2 } });
    await world.untilRounds(2);
    const [device] = devices;
    await world.until(() => device?.storage.kept('small')?.committedRound === 1);
    const kept = device?.storage.kept('small');
    const { cut } = world.seen('a');
    expect(cut).toBeDefined();
    expect([...(kept?.layers?.keys() ?? [])]).toContain('generator.block1.embedding.weight');
    expect(new Set(kept?.moments?.steps.values())).toEqual(new Set([4]));
  });

  test('VIEW-7: the view is plain JSON that says of every device what it is, does and moved, and nothing secret', async () => {
    const { world, devices } = await World.started(['a', 'b'], { settings: { stepsPerRound: 3 } });
    await world.untilRounds(1);
    await world.untilStep(1);
    const { view } = world;
    expect(JSON.parse(JSON.stringify(view))).toEqual(view);
    expect(view.devices[0]).toMatchObject({
      id: 'device-00001',
      name: 'a',
      kind: 'node',
      connected: true,
      standing: 'training',
      backend: 'wasm',
      adapter: 'memory',
      samples: 64,
      cluster: 0,
      cut: devices[0]?.status().assignment?.cut,
      missesInARow: 0,
    });
    const sent = devices[0]?.status().bytesSent ?? 0;
    expect(view.devices[0]?.bytesReceived).toBeGreaterThan(0.9 * sent);
    expect(view.devices[0]?.weight).toBeCloseTo(0.5, 1);
    expect(view.stepTime?.total).toBeGreaterThan(0);
    expect(view.secondsLeft).toBeGreaterThan(0);
    const text = JSON.stringify(view);
    for (const device of devices) expect(text).not.toContain(device.storage.kept('small')?.token);
  });
});
