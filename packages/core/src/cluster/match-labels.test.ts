import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchLabels } from './index.ts';

const clusters = fc
  .dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'), fc.integer({ min: 0, max: 4 }))
  .map((labels) => new Map(Object.entries(labels)));

/** 'a0 b1': device a in cluster 0, device b in cluster 1. */
const map = (text: string) =>
  new Map(text.split(' ').map((entry): [string, number] => [entry.slice(0, 1), Number(entry.slice(1))]));

describe('cluster numbers from round to round', () => {
  test('CLUS-6: the cluster that shares most devices keeps its number', () => {
    expect(matchLabels(map('a0 b0 c1 d1'), map('a1 b1 c0 d0'))).toEqual(map('a0 b0 c1 d1'));
    expect(matchLabels(map('a0 b0 c0 d1'), map('a0 b1 c1 d1'))).toEqual(map('a2 b0 c0 d0'));
  });

  test('CLUS-6: a new cluster gets a number that the previous round did not use', () => {
    expect(matchLabels(map('a0 b0 c0'), map('a0 b0 c1'))).toEqual(map('a0 b0 c1'));
    expect(matchLabels(map('a1 b2'), map('x0 y1'))).toEqual(map('x0 y3'));
    expect(matchLabels(new Map(), map('x7 y4'))).toEqual(map('x0 y1'));
  });

  test('CLUS-6: only numbers change, never who is with whom, and an unchanged clustering keeps its numbers', () => {
    fc.assert(
      fc.property(clusters, clusters, (previous, next) => {
        const matched = matchLabels(previous, next);
        expect([...matched.keys()]).toEqual([...next.keys()]);
        for (const [a, labelA] of next)
          for (const [b, labelB] of next) expect(matched.get(a) === matched.get(b)).toBe(labelA === labelB);
        expect(matchLabels(next, next)).toEqual(next);
        expect(matchLabels(matched, next)).toEqual(matched);
      }),
    );
  });
});
