import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '../random.ts';
import { drawnImages } from './drawn/drawn-images.ts';
import { fitsTarget } from './image-set.ts';
import { decodeImageSet, encodeImageSet } from './stored-set.ts';

const set = drawnImages({ domain: 'pen', count: 20, random: new Random(4) });

describe('the private copy', () => {
  test('DATA-35: what was kept is what comes back', () => {
    expect(decodeImageSet(encodeImageSet(set))).toEqual(set);
  });

  test('DATA-36: a copy cut short or lengthened anywhere is refused', () => {
    const bytes = encodeImageSet(set);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.length - 1 }), (length) => {
        expect(() => decodeImageSet(bytes.subarray(0, length))).toThrow(
          expect.objectContaining({ code: 'copy-damaged' }),
        );
      }),
    );
    expect(() => decodeImageSet(Uint8Array.of(...bytes, 0))).toThrow(
      expect.objectContaining({ code: 'copy-damaged' }),
    );
  });

  test('DATA-36: arbitrary bytes are refused, and a label beyond the classes is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(() => decodeImageSet(bytes)).toThrow(expect.objectContaining({ code: 'copy-damaged' }));
      }),
    );
    const wrong = encodeImageSet({ ...set, labels: set.labels.map(() => 10) });
    expect(() => decodeImageSet(wrong)).toThrow(expect.objectContaining({ code: 'copy-damaged' }));
  });

  test('DATA-37: a copy serves only a run of the same shape and classes', () => {
    const target = { imageShape: set.shape, classes: set.classNames };
    expect(fitsTarget(set, target)).toBe(true);
    expect(fitsTarget(set, { ...target, imageShape: [32, 32, 1] })).toBe(false);
    expect(fitsTarget(set, { ...target, classes: [...set.classNames].reverse() })).toBe(false);
  });
});
