import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../clock.ts';
import { advance, advanceUntil } from './virtual-time.ts';

describe('virtual time', () => {
  test('SIM-8: promises go on between two steps of the clock', async () => {
    const clock = new VirtualClock();
    const times: number[] = [];
    const sleep = (ms: number) => new Promise<void>((resolve) => clock.after(ms, resolve));
    const loop = async () => {
      for (let i = 0; i < 3; i++) {
        await sleep(10);
        times.push(clock.now());
      }
    };
    void loop();
    await advanceUntil(clock, () => times.length === 3);
    expect(times).toEqual([10, 20, 30]);
    await advance(clock, 7.5, 2);
    expect(clock.now()).toBe(37.5);
  });

  test('SIM-8: waiting for what never comes is an error', async () => {
    const waiting = advanceUntil(new VirtualClock(), () => false, { stepMs: 100, limitMs: 1000 });
    await expect(waiting).rejects.toThrow('within 1000 virtual milliseconds');
  });
});
