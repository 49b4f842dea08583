import { beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../clock.ts';
import { useBackend } from '../nn/testing/backends.ts';
import { Random } from '../random.ts';
import { MemoryRun, smallRun } from '../testing/index.ts';

beforeAll(() => useBackend('wasm'));

/** Resolves when the condition holds after a change of the run. */
async function until(run: MemoryRun, holds: () => boolean): Promise<void> {
  await new Promise<void>((resolve) => {
    const stop = run.loop.onChange(check);
    function check() {
      if (!holds()) return;
      stop();
      resolve();
    }
    check();
  });
}

describe('a run in memory', () => {
  test('RUN-1: three devices train to the end and two domains are grouped', async () => {
    const run = await MemoryRun.open({
      settings: smallRun({ warmUpRounds: 0, rounds: 2, minimumDevices: 3 }),
      clock: systemClock,
      random: new Random(1),
    });
    const devices = [
      run.addDevice({ name: 'a', domain: 'pen' }),
      run.addDevice({ name: 'b', domain: 'pen' }),
      run.addDevice({ name: 'c', domain: 'marker' }),
    ];
    run.loop.command('start');
    await Promise.all(devices.map((device) => device.loop.start()));
    await until(run, () => run.loop.view().phase === 'finished');
    const view = run.loop.view();
    expect(view.committedRound).toBe(1);
    expect(view.losses.length).toBeGreaterThanOrEqual(4);
  });
});
