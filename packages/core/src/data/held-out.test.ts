import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countRight, mergeCounts, splitHeldOut } from './held-out.ts';

test('MET-13: a tenth is held out, every image is on one side, and the seed decides which', () => {
  fc.assert(
    fc.property(fc.nat(500), fc.integer(), (count, seed) => {
      const { training, heldOut } = splitHeldOut(count, { seed });
      expect(heldOut).toHaveLength(Math.floor(count / 10));
      const all = [...training, ...heldOut].sort((a, b) => a - b);
      expect(all).toEqual(Array.from({ length: count }, (_, i) => i));
      expect(splitHeldOut(count, { seed })).toEqual({ training, heldOut });
    }),
  );
  expect(splitHeldOut(200, { seed: 1 })).not.toEqual(splitHeldOut(200, { seed: 2 }));
});

test('MET-13: positions come in order, from all over the images', () => {
  const { heldOut } = splitHeldOut(1000, { seed: 5, share: 0.25 });
  expect(heldOut).toHaveLength(250);
  expect(heldOut).toEqual([...heldOut].sort((a, b) => a - b));
  // Of 250 held out a half each is expected below and above position 500, give or take a deviation of 7.
  const below = heldOut.filter((position) => position < 500).length;
  expect(Math.abs(below - 125)).toBeLessThan(35);
});

test('MET-13: counts of devices are added, so that every image weighs the same', () => {
  expect(countRight([1, 2, 3, 3], [1, 2, 2, 3])).toEqual({ right: 3, total: 4 });
  const merged = mergeCounts([
    { right: 3, total: 4 },
    { right: 0, total: 0 },
    { right: 3, total: 16 },
  ]);
  expect(merged).toEqual({ right: 6, total: 20, accuracy: 30 });
  expect(mergeCounts([])).toEqual({ right: 0, total: 0 });
});

test.each([
  { right: 5, total: 4 },
  { right: -1, total: 4 },
  { right: 0.5, total: 4 },
  { right: 1, total: NaN },
  { right: 1, total: Infinity },
])('MET-13: a count that cannot be is refused: %j', (count) => {
  expect(() => mergeCounts([count])).toThrow('cannot be');
});

test('MET-13: shares outside [0, 1) and lists of different lengths are refused', () => {
  expect(() => splitHeldOut(10, { seed: 1, share: 1 })).toThrow(RangeError);
  expect(() => splitHeldOut(10, { seed: 1, share: -0.1 })).toThrow(RangeError);
  expect(() => countRight([1], [1, 2])).toThrow('2 predictions cannot be counted against 1 labels');
});
