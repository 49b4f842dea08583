import { beforeAll, describe, expect, test } from 'vitest';
import { EXCHANGES, SHALLOWEST_CUT } from '../architecture/index.ts';
import { useBackend } from '../nn/testing/backends.ts';
import type { MemoryDevice } from '../testing/index.ts';
import { MINIMUM_EXCHANGE_DEADLINE_MS, MISSES_UNTIL_BENCH } from './limits.ts';
import { isExchangeFrame, tap } from '../testing/tap.ts';
import { stepsDone, withPatched, World } from '../testing/world.ts';

beforeAll(() => useBackend('wasm'));

describe('a device lost in mid-step', () => {
  test('STEPS-10: a tab closed at any exchange, 1 to 6, leaves the others to finish the step and the round', async () => {
    const world = await World.open({ settings: { stepsPerRound: 6, rounds: 1 } });
    await world.join('a');
    await world.join('b');
    const lost: number[] = [];
    for (const exchange of EXCHANGES) {
      const device: MemoryDevice = await world.join(`closed at ${exchange}`, {
        wrap: tap({
          sends: (heard) => {
            if (!isExchangeFrame(heard, exchange) || heard.header?.step !== exchange - 1) return heard.packet;
            lost.push(exchange);
            device.loop.leave();
            return undefined;
          },
        }),
      });
    }
    world.run.loop.command('start');
    await world.untilRounds(1);
    expect(lost).toEqual(EXCHANGES);
    expect(stepsDone(world)).toEqual(['0/0', '0/1', '0/2', '0/3', '0/4', '0/5']);
    expect(world.logged('abandoned')).toEqual([]);
    expect(Object.keys(world.view.groups[0]?.of ?? {})).toEqual(['device-00001', 'device-00002']);
  });

  test('STEPS-11: who misses the deadline misses the step, is told so, and takes part in the next', async () => {
    let swallowed = 0;
    const { world, patched } = await withPatched('c', (heard) =>
      isExchangeFrame(heard, 3) && heard.header?.step === 1 && swallowed++ === 0 ? undefined : heard.packet,
    );
    await world.untilStep(1);
    const beganMs = world.clock.now();
    await world.untilStep(2);
    expect(world.clock.now() - beganMs).toBeGreaterThanOrEqual(MINIMUM_EXCHANGE_DEADLINE_MS);
    expect(world.logged('missed').map(({ fields }) => fields)).toEqual([
      { device: 'device-00003', round: 0, step: 1, exchange: 3 },
    ]);
    await world.untilRounds(1);
    expect(patched.status()).toMatchObject({ stepsMissed: 1, stepsDone: 3 });
    expect(world.seen('c').missesInARow).toBe(0);
  });

  test('STEPS-12: three misses in a row bring a new speed check and the shallowest cut, three more the bench with its reason; then it is tried again', async () => {
    const { world, patched } = await withPatched('slow', (heard) =>
      isExchangeFrame(heard, 2) && heard.header && heard.header.round < 2 ? undefined : heard.packet,
    );
    const profiles = () => patched.status().events.filter(({ text }) => text.startsWith('Too late')).length;
    await world.until(() => profiles() === MISSES_UNTIL_BENCH);
    await world.until(() => world.seen('slow').standing === 'waiting-for-round');
    await world.until(() => world.view.round === 1 && world.view.phase === 'training');
    expect(world.seen('slow').cut).toEqual(SHALLOWEST_CUT);
    await world.until(() => world.seen('slow').standing === 'watching');
    expect(world.seen('slow').reason).toBe(
      'this device is too slow for the current pace; it is tried again next round',
    );
    expect(stepsDone(world)).toContain('0/3');
    await world.untilRounds(2);
    expect(world.view.phase).toBe('finished');
  });

  test('STEPS-14: a device whose engine fails says so and misses the step at once, without anybody waiting', async () => {
    const { world } = await withPatched('c', (heard) => {
      const { header } = heard;
      if (!isExchangeFrame(heard, 2) || header?.step !== 1) return heard.packet;
      const { run, round, step } = header;
      return {
        kind: 'control',
        message: { type: 'step-failed', run, round, step, code: 'engine-failed' },
      };
    });
    await world.untilStep(1);
    const beganMs = world.clock.now();
    await world.untilStep(2);
    expect(world.clock.now() - beganMs).toBeLessThan(MINIMUM_EXCHANGE_DEADLINE_MS);
    expect(world.logged('step-failed')).toHaveLength(1);
  });

  test('STEPS-17: a device ten times as slow as the others is waited for, as long as it keeps the deadline', async () => {
    const world = await World.open({ settings: { stepsPerRound: 2, rounds: 1 } });
    const [fast, slow] = [await world.join('fast'), await world.join('slow', { faults: { latencyMs: 50 } })];
    world.run.loop.command('start');
    await world.untilRounds(1);
    expect([fast.status().stepsDone, slow.status().stepsDone]).toEqual([2, 2]);
    expect(world.view.stepTime?.total).toBeGreaterThanOrEqual(0.6);
  });
});
