import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../nn/testing/backends.ts';
import type { RunSettings } from '../protocol/index.ts';
import { type Heard, tap } from '../testing/tap.ts';
import { drainWork, World } from '../testing/world.ts';
import type { DeviceStatus } from '../device/index.ts';
import type { BodyPort, JudgedRound } from './index.ts';

beforeAll(() => useBackend('wasm'));

const JUDGING: Partial<RunSettings> = {
  heldOutShare: 0.25,
  judgeEveryRounds: 1,
  judgeImages: 64,
  judgeEpochs: 1,
  stepsPerRound: 2,
  rounds: 4,
};

/** What is known of a round; devices may still be missing. */
const groupsOf = (world: World, round: number): JudgedRound['groups'] =>
  world.view.judged.find((entry) => entry.round === round)?.groups ?? [];
const devicesOf = (world: World, round: number) =>
  groupsOf(world, round).reduce((sum, { devices }) => sum + devices, 0);

describe('judging by the devices', () => {
  test('JUDGE-5: every device of a group judges the classifier of its generator; two counts come back', async () => {
    const before = memory().numTensors;
    const told: Heard[] = [];
    const frames: number[] = [];
    const world = await World.open({ settings: { ...JUDGING, judgeEveryRounds: 2 } });
    const wrap = tap({
      sends: (heard) => {
        if (heard.type === 'judged') told.push(heard);
        return heard.packet;
      },
      hears: ({ header }) => {
        if (header?.kind === 'classifier') frames.push(header.round);
      },
    });
    const devices = [await world.join('a', { wrap }), await world.join('b', { wrap, count: 128 })];
    world.run.loop.command('start');
    await world.until(() => devicesOf(world, 1) === 2);
    const [group] = groupsOf(world, 1);
    expect(group).toMatchObject({ cluster: 0, total: 16 + 32, devices: 2 });
    expect(frames).toEqual([1, 1]);
    const counts = told.map(({ packet }) => (packet.kind === 'control' ? packet.message : {}));
    expect(counts.map((message) => Object.keys(message as object).sort())).toEqual(
      [1, 2].map(() => ['right', 'round', 'run', 'total', 'type']),
    );
    expect(group?.right).toBe(
      counts.reduce<number>((sum, message) => sum + (message as { right: number }).right, 0),
    );
    expect(world.view.judged.map(({ round }) => round)).toEqual([1]);
    for (const device of devices) device.loop.leave();
    await world.run.close();
    await drainWork();
    expect(memory().numTensors).toBe(before);
  });

  test('JUDGE-11: a device judges 16 images at a time, so that steps go on meanwhile', async () => {
    const world = await World.open({ settings: { ...JUDGING, stepsPerRound: 20 } });
    const done: string[] = [];
    const device = await world.join('large', {
      count: 512,
      pace: async (work, compute) => {
        const result = await compute();
        done.push(work.kind);
        // As long as a round trip: what has been asked for meanwhile has its turn.
        if (work.kind === 'other' && done.includes('classifier'))
          await new Promise<void>((resolve) => world.clock.after(20, resolve));
        return result;
      },
      wrap: tap({
        sends: (heard) => {
          if (heard.type === 'judged') done.push('judged');
          return heard.packet;
        },
        hears: ({ header }) => {
          if (header?.kind === 'classifier') done.push('classifier');
        },
      }),
    });
    await world.join('b');
    world.run.loop.command('start');
    await world.until(() => done.includes('judged'));
    const turns = done.slice(done.indexOf('classifier') + 1, done.indexOf('judged'));
    // 128 images; layers, warming up and previews are at most four of them.
    expect(turns.filter((kind) => kind === 'other').length).toBeGreaterThanOrEqual(8);
    expect(turns.slice(turns.indexOf('other')).filter((kind) => kind === 'exchange').length).toBeGreaterThan(
      6,
    );
    expect(device.status().stepsMissed).toBe(0);
    await world.until(() => devicesOf(world, 0) === 2);
    expect(groupsOf(world, 0)).toMatchObject([{ total: 128 + 16 }]);
  });

  test('JUDGE-6: a device that cannot spare images trains on and answers with none of none', async () => {
    const { world } = await World.started(['a', 'b'], { settings: JUDGING });
    await world.join('few', { count: 17 });
    await world.until(() => devicesOf(world, 1) === 2);
    await world.untilRounds(3);
    expect(groupsOf(world, 1)).toMatchObject([{ total: 32, devices: 2 }]);
    expect(Object.values(world.view.groups.find(({ round }) => round === 1)?.of ?? {})).toHaveLength(3);
    expect(world.seen('few').samples).toBe(17);
  });

  test('JUDGE-7: a classifier that cannot be trained costs the figure, not the run', async () => {
    let trained = 0;
    const failsOnce = (real: BodyPort): BodyPort =>
      new Proxy(real, {
        get: (target, name) => {
          if (name === 'trainClassifier' && trained++ === 0)
            return () => Promise.reject(new Error('its loss became NaN'));
          const value: unknown = Reflect.get(target, name, target);
          return typeof value === 'function' ? (value.bind(target) as unknown) : value;
        },
      });
    const { world } = await World.started(['a', 'b'], { settings: JUDGING, body: failsOnce });
    await world.until(() => devicesOf(world, 1) === 2);
    expect(groupsOf(world, 0)).toEqual([]);
    expect(world.logged('judging-failed')).toMatchObject([
      { level: 'warn', fields: { round: 0, group: 0, reason: 'its loss became NaN.' } },
    ]);
    expect(world.logged('abandoned')).toEqual([]);
  });

  test('JUDGE-8: an answer counts once, and only from a device that was asked', async () => {
    const { world, devices } = await World.started(['a', 'b'], { settings: JUDGING });
    let run = 0;
    const say = (round: number, right: number, total: number) => {
      const message = { type: 'judged', run, round, right, total };
      void devices[0]?.pair().device.send({ kind: 'control', message });
    };
    const listener = await world.join('c', {
      wrap: tap({
        hears: ({ packet }) => {
          if (packet.kind !== 'control') return;
          const message = packet.message as { type: string; run?: number };
          if (message.type === 'welcome') run = message.run ?? 0;
        },
      }),
    });
    say(0, 400, 400); // before anybody was asked
    await world.until(() => devicesOf(world, 0) >= 2);
    const answered = groupsOf(world, 0);
    say(0, 400, 400); // a second time
    say(3, 400, 400); // of a round to come
    await world.untilRounds(2);
    expect(groupsOf(world, 0)).toEqual(answered);
    expect(world.view.judged.every(({ groups }) => groups.every(({ total }) => total <= 48))).toBe(true);
    listener.loop.leave();
  });

  test('JUDGE-9: figures are kept with the checkpoint', async () => {
    const { world } = await World.started(['a', 'b'], { settings: JUDGING });
    await world.until(() => devicesOf(world, 0) === 2);
    await world.untilRounds(2);
    const kept = world.run.store.checkpoint?.judged;
    expect(kept).toMatchObject([{ round: 0, groups: [{ total: 32, devices: 2 }] }]);
    await world.run.restart();
    expect(world.view.judged.slice(0, 1)).toEqual(kept);
  });

  test('JUDGE-12: the last round is judged before its devices go, and its figures are on disk', async () => {
    const { world, devices } = await World.started(['a', 'b'], { settings: { ...JUDGING, rounds: 2 } });
    await world.join('few', { count: 17 }); // It has no images to judge with: nobody waits for it.
    const phases = new Set<string>();
    world.run.loop.onChange(() => phases.add(world.view.phase));
    await world.until(() => world.view.phase === 'finished');
    expect(phases).toContain('judging');
    expect(groupsOf(world, 1)).toMatchObject([{ total: 32, devices: 2 }]);
    const isDone = ({ current }: DeviceStatus) =>
      current.state === 'standing' && current.standing.standing === 'finished';
    await world.until(() => devices.every((device) => isDone(device.status())));
    await world.run.restart();
    expect(groupsOf(world, 1)).toMatchObject([{ total: 32, devices: 2 }]);
  });

  test('JUDGE-12: a device that leaves is not waited for, and figures that cannot be kept cost nothing else', async () => {
    const { world, devices } = await World.started(['a', 'b'], { settings: { ...JUDGING, rounds: 1 } });
    await world.until(() => world.view.phase === 'judging');
    const { store } = world.run;
    store.commit = () => Promise.reject(new Error('the disk is full'));
    devices[1]?.loop.leave();
    await world.until(() => world.view.phase === 'finished');
    expect(devicesOf(world, 0)).toBe(1);
    expect(world.run.loop.committedRound).toBe(0);
    await world.until(() => world.logged('figures-not-kept').length === 1);
  });
});
