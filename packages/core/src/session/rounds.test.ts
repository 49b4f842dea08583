import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../nn/testing/backends.ts';
import type { BodyState } from './index.ts';
import { stepsDone, World } from '../testing/world.ts';

beforeAll(() => useBackend('wasm'));

describe('rounds', () => {
  test('RUN-40: a volunteer pauses in mid-round and comes back in the same round; the others go on meanwhile', async () => {
    const { world, devices } = await World.started(['a', 'b', 'c'], {
      settings: { stepsPerRound: 6, rounds: 1 },
    });
    const c = devices[2];
    await world.untilStep(2);
    c?.loop.pause('volunteer');
    await world.untilStep(4);
    expect(world.seen('c').standing).toBe('paused');
    expect(c?.status().stepsDone).toBeLessThanOrEqual(2);
    c?.loop.resume();
    await world.untilRounds(1);
    expect(c?.status().stepsDone).toBeGreaterThanOrEqual(2);
    expect(world.logged('missed')).toEqual([]);
    expect(world.view.groups[0]?.of).toHaveProperty('device-00003');
  });

  test('RUN-41: with too few volunteers left unpaused the round holds, and goes on where it was', async () => {
    const { world, devices } = await World.started(['a', 'b'], { settings: { stepsPerRound: 3, rounds: 1 } });
    await world.untilStep(1);
    devices[0]?.loop.pause('hidden');
    await world.until(() => world.view.phase === 'waiting-for-devices');
    expect(world.view.round).toBe(0);
    devices[0]?.loop.resume();
    await world.untilRounds(1);
    expect(world.logged('abandoned')).toEqual([]);
  });

  test('RUN-42: the host pauses between two steps, goes on, and stops after the step in progress with a commit', async () => {
    const { world, devices } = await World.started(['a', 'b'], {
      settings: { stepsPerRound: 50, rounds: 9 },
    });
    await world.untilStep(1);
    world.run.loop.command('pause');
    await world.until(() => world.view.phase === 'paused');
    const held = world.view.step;
    await world.until(() => world.clock.now() > 20_000);
    expect([world.view.phase, world.view.step]).toEqual(['paused', held]);
    expect(devices[0]?.status().current).toMatchObject({ standing: { standing: 'paused', by: 'host' } });
    world.run.loop.command('start');
    await world.untilStep(held + 1);
    world.run.loop.command('stop');
    await world.until(() => world.view.phase === 'finished');
    expect(world.view.committedRound).toBe(0);
    expect(world.view.step).toBeLessThan(50);
    expect(world.view.elapsedSeconds).toBeGreaterThan(20);
    const { elapsedSeconds } = world.view;
    await world.until(() => world.clock.now() > 40_000);
    expect(world.view.elapsedSeconds).toBe(elapsedSeconds);
  });

  test('RUN-43: below the minimum the round is abandoned and the run waits; above it the round begins anew', async () => {
    const { world, devices } = await World.started(['a', 'b'], { settings: { stepsPerRound: 2, rounds: 1 } });
    await world.untilStep(1);
    devices[1]?.pair().cut();
    await world.until(() => world.view.phase === 'waiting-for-devices');
    expect(world.logged('abandoned')).toHaveLength(1);
    expect(stepsDone(world)).toEqual([]);
    await world.untilRounds(1);
    expect(stepsDone(world)).toEqual(['0/0', '0/1']);
    expect(devices[1]?.connections()).toBe(2);
  });

  test('RUN-44: an abandoned round leaves no trace: the body is back at the last commit, weights and moments', async () => {
    const { world, devices } = await World.started(['a', 'b'], { settings: { stepsPerRound: 2, rounds: 3 } });
    await world.untilRounds(1);
    const committed = world.run.loop.checkpoint();
    await world.untilStep(1);
    expect((await world.run.body.state()).values).not.toEqual(committed.body.values);
    devices[1]?.pair().cut();
    await world.until(() => world.view.phase === 'preparing');
    const state: BodyState = await world.run.body.state();
    expect(state.values).toEqual(committed.body.values);
    expect(state.moments).toEqual(committed.body.moments);
    expect(world.run.loop.checkpoint().globalLayers).toBe(committed.globalLayers);
  });

  test('RUN-49: who leaves after its layers have come still counts in the federation', async () => {
    const world = await World.open({ settings: { stepsPerRound: 1, rounds: 1 } });
    await world.join('a');
    await world.join('b', { faults: { latencyMs: 200 } });
    const c = await world.join('c');
    world.run.loop.command('start');
    await world.until(() => world.view.phase === 'federating');
    // b's link is slow: c's layers are here long before b's.
    const askedMs = world.clock.now();
    await world.until(() => world.clock.now() >= askedMs + 100);
    c.loop.leave();
    await world.untilRounds(1);
    expect(Object.keys(world.view.groups[0]?.of ?? {})).toHaveLength(3);
  });
});
