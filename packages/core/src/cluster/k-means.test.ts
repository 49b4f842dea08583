import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '../random.ts';
import { kMeans } from './index.ts';

const point = (length: number) =>
  fc
    .array(fc.integer({ min: -8, max: 8 }), { minLength: length, maxLength: length })
    .map((p) => Float32Array.from(p));
const points = fc
  .integer({ min: 1, max: 4 })
  .chain((length) => fc.array(point(length), { minLength: 1, maxLength: 14 }));

function squared(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + (value - (b[i] ?? NaN)) ** 2, 0);
}

/** The smallest inertia of all partitions into at most k groups. */
function exactInertia(all: readonly Float32Array[], k: number): number {
  let best = Infinity;
  for (let code = 0; code < k ** all.length; code++) {
    let inertia = 0;
    for (let cluster = 0; cluster < k; cluster++) {
      const members = all.filter((_, i) => Math.floor(code / k ** i) % k === cluster);
      for (const a of members) for (const b of members) inertia += squared(a, b) / (2 * members.length);
    }
    best = Math.min(best, inertia);
  }
  return best;
}

describe('k-means', () => {
  test('CLUS-3: groups that lie apart are found', () => {
    const random = new Random(3);
    const all = [0, 50, -50].flatMap((centre) =>
      Array.from({ length: 9 }, () => Float32Array.from({ length: 20 }, () => centre + random.normal())),
    );
    const { labels, centres } = kMeans(all, 3, { random });
    expect(labels).toEqual([
      ...Array<number>(9).fill(0),
      ...Array<number>(9).fill(1),
      ...Array<number>(9).fill(2),
    ]);
    expect(centres.map((centre) => Math.round((centre[0] ?? NaN) / 50))).toEqual([0, 1, -1]);
  });

  test('CLUS-3: every point lies with its nearest centre, centres are means, inertia is what it says', () => {
    fc.assert(
      fc.property(points, fc.nat(), fc.nat(), (all, seed, choice) => {
        const k = 1 + (choice % all.length);
        const { labels, centres, inertia } = kMeans(all, k, { random: new Random(seed) });
        const distinct = new Set(all.map(String)).size;
        expect(centres.length).toBeLessThanOrEqual(Math.min(k, distinct));
        const own = all.map((p, i) => squared(p, centres[labels[i] ?? -1] ?? new Float32Array()));
        expect(own.reduce((sum, distance) => sum + distance, 0)).toBeCloseTo(inertia, 3);
        all.forEach((p, i) => {
          const nearest = Math.min(...centres.map((centre) => squared(p, centre)));
          expect(own[i]).toBeCloseTo(nearest, 3);
        });
        if (k >= distinct) expect(inertia).toBeCloseTo(0, 9);
      }),
    );
  });

  test('CLUS-3: with restarts the best partition of few points is found', () => {
    const random = new Random(17);
    for (let trial = 0; trial < 20; trial++) {
      const all = Array.from({ length: 7 }, () => Float32Array.of(random.normal(), random.normal()));
      const found = kMeans(all, 3, { random, restarts: 30 }).inertia;
      expect(found).toBeCloseTo(exactInertia(all, 3), 6);
    }
  });

  test('CLUS-3: the same seed gives the same clusters', () => {
    fc.assert(
      fc.property(points, fc.nat(), (all, seed) => {
        const k = Math.min(3, all.length);
        const once = kMeans(all, k, { random: new Random(seed) });
        expect(kMeans(all, k, { random: new Random(seed) })).toEqual(once);
      }),
    );
  });

  test('CLUS-3: impossible k and unusable points are refused', () => {
    const random = new Random(1);
    const all = [Float32Array.of(1, 2), Float32Array.of(3, 4)];
    for (const k of [0, 1.5, 3]) expect(() => kMeans(all, k, { random })).toThrow('k must be a whole number');
    expect(() => kMeans([...all, Float32Array.of(1)], 1, { random })).toThrow('point 2 has 1 values');
    expect(() => kMeans([...all, Float32Array.of(1, NaN)], 1, { random })).toThrow('point 2 holds');
  });
});
