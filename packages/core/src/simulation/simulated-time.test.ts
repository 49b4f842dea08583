import { describe, expect, test } from 'vitest';
import { SimulatedTime } from './simulated-time.ts';

/** Real work that ends when it is told to. */
function work() {
  let end: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { done, end };
}

describe('simulated time', () => {
  test('LAB-1: it jumps from timer to timer, however far they are, and stops where the condition holds', async () => {
    const time = new SimulatedTime();
    const seen: number[] = [];
    const wait = async () => {
      for (const ms of [1, 1e9, 0.5]) {
        await time.wait(ms);
        seen.push(time.clock.now());
      }
    };
    void wait();
    void time.wait(5e9);
    await time.runUntil(() => seen.length === 3);
    expect(seen).toEqual([1, 1e9 + 1, 1e9 + 1.5]);
    expect(time.clock.now()).toBe(1e9 + 1.5);
  });

  test('LAB-1: waiting for nothing or less takes no time', async () => {
    const time = new SimulatedTime();
    await Promise.all([time.wait(0), time.wait(-3)]);
    expect(time.clock.nextTimerAt).toBeUndefined();
  });

  test('LAB-2: it stands still while real work is under way, also work that begins meanwhile or fails', async () => {
    const time = new SimulatedTime();
    const [first, second] = [work(), work()];
    let fired = false;
    void time.wait(10).then(() => (fired = true));
    const failing = time.during(
      first.done.then(() => {
        void time.during(second.done);
        throw new Error('the disk is full');
      }),
    );
    const refusal = expect(failing).rejects.toThrow('the disk is full');
    const running = time.runUntil(() => fired);
    const turns = () => new Promise((resolve) => setTimeout(resolve, 5));
    await turns();
    expect([fired, time.clock.now()]).toEqual([false, 0]);
    first.end();
    await refusal;
    await turns();
    expect([fired, time.clock.now()]).toEqual([false, 0]);
    second.end();
    await running;
    expect([fired, time.clock.now()]).toEqual([true, 10]);
  });

  test('LAB-3: when everybody waits and no timer is set, that is an error and no endless loop', async () => {
    const time = new SimulatedTime();
    await expect(time.runUntil(() => false)).rejects.toThrow('stands still');
  });
});
