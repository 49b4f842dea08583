import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../clock.ts';
import { RateLimit } from './rate.ts';

describe('a rate limit', () => {
  const limit = (clock: VirtualClock) =>
    new RateLimit(clock, { perSecond: 1 / 6, burst: 10, maximumKeys: 3 });
  const taken = (rate: RateLimit, key: string, times: number) =>
    Array.from({ length: times }, () => rate.take(key)).filter(Boolean).length;

  test('WIRE-9: the burst is granted, then only what comes back with time', () => {
    const clock = new VirtualClock();
    const rate = limit(clock);
    expect(taken(rate, 'a', 50)).toBe(10);
    clock.advance(59_000);
    expect(taken(rate, 'a', 50)).toBe(9);
    clock.advance(10_000_000);
    expect(taken(rate, 'a', 50)).toBe(10);
  });

  test('WIRE-9: keys do not take from each other, and a forgotten key starts anew', () => {
    const rate = limit(new VirtualClock());
    expect(taken(rate, 'a', 50)).toBe(10);
    expect(taken(rate, 'b', 50)).toBe(10);
    rate.forget('a');
    expect(taken(rate, 'a', 50)).toBe(10);
  });

  test('WIRE-9: of more keys than the limit the one unused for longest is forgotten', () => {
    const rate = limit(new VirtualClock());
    for (const key of ['a', 'b', 'c']) taken(rate, key, 10);
    rate.take('a');
    rate.take('d');
    expect(rate.take('a')).toBe(false);
    expect(rate.take('b')).toBe(true);
  });
});
