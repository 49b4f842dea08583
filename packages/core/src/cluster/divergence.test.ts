import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PlainTensor } from '../tensors/index.ts';
import { klDivergences } from './index.ts';

function feature(rows: readonly (readonly number[])[]): PlainTensor {
  return { shape: [rows.length, rows[0]?.length ?? 0], data: Float32Array.from(rows.flat()) };
}

const features = fc
  .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }))
  .chain(([channels, positions, devices]) =>
    fc.array(
      fc
        .array(fc.float({ min: -20, max: 20, noNaN: true }), {
          minLength: channels * positions,
          maxLength: channels * positions,
        })
        .map((data): PlainTensor => ({ shape: [channels, positions], data: Float32Array.from(data) })),
      { minLength: devices, maxLength: devices },
    ),
  );

describe('divergence of activations', () => {
  test('CLUS-1: three devices with known activations have the known divergences', () => {
    const { scores, notFinite } = klDivergences([
      feature([
        [0, 1, 2],
        [1, 1, 1],
      ]),
      feature([
        [2, 1, 0],
        [0, 0, 3],
      ]),
      feature([
        [0, 1, 2.5],
        [1, 0.5, 1],
      ]),
    ]);
    expect(notFinite).toEqual([]);
    for (const [index, expected] of [0.2490922401787441, 1.1055225473668153, 0.3122126103011068].entries())
      expect(scores[index]).toBeCloseTo(expected, 12);
  });

  test('CLUS-1: a divergence is never negative, is 0 among equals, and moves with its device', () => {
    fc.assert(
      fc.property(features, (devices) => {
        const { scores } = klDivergences(devices);
        for (const score of scores) expect(score).toBeGreaterThanOrEqual(-1e-9);
        klDivergences([...devices].reverse())
          .scores.reverse()
          .forEach((score, index) => expect(score).toBeCloseTo(scores[index] ?? NaN, 9));
        const [first] = devices;
        if (first)
          for (const score of klDivergences([first, first, first]).scores) expect(score).toBeCloseTo(0, 9);
      }),
    );
  });

  test('CLUS-2: a set of one has divergence 0', () => {
    expect(klDivergences([feature([[3, 1, 2]])])).toEqual({ scores: [0], notFinite: [] });
  });

  test('CLUS-2: a divergence that is not finite counts as 0 and is reported', () => {
    const { scores, notFinite } = klDivergences([feature([[NaN, 1]]), feature([[0, 1]])]);
    expect(scores).toEqual([0, 0]);
    expect(notFinite).toEqual([0, 1]);
  });

  test('CLUS-2: features of different shapes are refused', () => {
    expect(() => klDivergences([feature([[1, 2]]), feature([[1], [2]])])).toThrow(
      'features must all be [1, 2]',
    );
  });
});
