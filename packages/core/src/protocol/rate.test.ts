import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../clock.ts';
import { CONTROL_MESSAGES_BURST, CONTROL_MESSAGES_PER_SECOND } from './limits.ts';
import { RateLimit } from './rate.ts';

const taken = (rate: RateLimit, times: number) =>
  Array.from({ length: times }, () => rate.take()).filter(Boolean).length;

describe('a rate limit', () => {
  test('WIRE-9: the burst is granted, then only what comes back with time, and never more than a burst', () => {
    const clock = new VirtualClock();
    const rate = new RateLimit(clock, { perSecond: 0.25, burst: 10 });
    expect(taken(rate, 50)).toBe(10);
    clock.advance(39_000);
    expect(taken(rate, 50)).toBe(9);
    clock.advance(1_000);
    expect(taken(rate, 50)).toBe(1);
    clock.advance(10_000_000);
    expect(taken(rate, 50)).toBe(10);
  });

  test('WIRE-9: a device that keeps to the rate of control messages is never refused', () => {
    const clock = new VirtualClock();
    const rate = new RateLimit(clock);
    expect(taken(rate, CONTROL_MESSAGES_BURST)).toBe(CONTROL_MESSAGES_BURST);
    for (let second = 0; second < 100; second++) {
      clock.advance(1000);
      expect(taken(rate, CONTROL_MESSAGES_PER_SECOND)).toBe(CONTROL_MESSAGES_PER_SECOND);
    }
    expect(rate.take()).toBe(false);
  });
});
