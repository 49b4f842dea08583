import { describe, expect, it } from 'vitest';
import { median, race, type Side } from './race.ts';

/** A side that takes these times in turn, and writes its name down at each lap. */
function scripted(name: string, times: readonly number[], turns: string[]): Side {
  let next = 0;
  return {
    name,
    lap: () => {
      turns.push(name);
      const ms = times[next++ % times.length] ?? 0;
      return Promise.resolve({ ms, cpuMs: 2 * ms });
    },
  };
}

const limits = { warmUps: 1, laps: 3, enoughMs: Infinity };

describe('a race', () => {
  it('BENCH-1: the sides take turns in every round, and the warm-up does not count', async () => {
    const turns: string[] = [];
    const result = await race(
      scripted('a', [1000, 1, 2, 3], turns),
      [scripted('b', [1000, 4, 4, 4], turns), scripted('c', [5], turns)],
      limits,
    );
    expect(turns.join('')).toBe('abc'.repeat(4));
    expect(result).toMatchObject({ medianMs: 2, laps: 3 });
    expect(result.against.map(({ medianMs }) => medianMs)).toEqual([4, 5]);
  });

  it('BENCH-1: no round begins after the time is up, but one always counts', async () => {
    const result = await race(scripted('a', [7], []), [], { warmUps: 0, laps: 100, enoughMs: 0 });
    expect(result).toEqual({ medianMs: 7, laps: 1, against: [] });
  });

  it('BENCH-2: a machine that is slow in one round moves no ratio', async () => {
    const result = await race(scripted('a', [1, 1, 100, 1], []), [scripted('b', [2, 2, 200, 2], [])], {
      warmUps: 0,
      laps: 4,
      enoughMs: Infinity,
    });
    expect(result.against[0]).toMatchObject({ ratio: 0.5, cpuRatio: 0.5 });
  });

  it('BENCH-2: the median of an even number is between the middle two, and nothing has none', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([3, 1, 2])).toBe(2);
    expect(() => median([])).toThrow('no values');
  });
});
