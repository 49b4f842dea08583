import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  denseLayout,
  filterLayout,
  sameLayout,
  toInside,
  toOutside,
  unitLayout,
  type Layout,
} from './layout.ts';

/** Where each element of the inside stands outside. */
function places(layout: Layout): number[] {
  const size = layout.shape.reduce((a, b) => a * b, 1);
  return [
    ...toInside(
      layout,
      Float32Array.from({ length: size }, (_, i) => i),
    ),
  ];
}

test('NN-3: a convolution [a, b, kh, kw] lies as [kh, kw, b, a]', () => {
  const layout = filterLayout(2, 3, 2);
  expect(layout.shape).toEqual([2, 2, 3, 2]);
  // The first six inside are tap (0, 0): for each of three b both a.
  expect(places(layout).slice(0, 6)).toEqual([0, 12, 4, 16, 8, 20]);
});

test('NN-3: units before an unflatten are renumbered from channel-first to channel-last', () => {
  expect(places(unitLayout(12, [3, 2, 2]))).toEqual([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]);
  expect(places(unitLayout(4))).toEqual([0, 1, 2, 3]);
});

test('NN-3: a dense weight [out, in] lies as [in, out], either side renumbered where an image stands behind it', () => {
  expect(places(denseLayout(2, 3, { input: undefined, output: undefined }))).toEqual([0, 3, 1, 4, 2, 5]);
  // Two channels of one row of two pixels behind the input: inputs 0 2 1 3 in the order of pixels.
  expect(places(denseLayout(1, 4, { input: [2, 1, 2], output: undefined }))).toEqual([0, 2, 1, 3]);
  expect(places(denseLayout(4, 1, { input: undefined, output: [2, 1, 2] }))).toEqual([0, 2, 1, 3]);
});

test('NN-3: every layout goes there and back without loss', () => {
  const size = fc.integer({ min: 1, max: 4 });
  const image = fc.option(fc.tuple(size, size, size), { nil: undefined });
  const units = (behind: readonly [number, number, number] | undefined) =>
    behind?.reduce((a, b) => a * b) ?? 3;
  const layout = fc.oneof(
    fc.tuple(size, size, size).map((sizes) => filterLayout(...sizes)),
    fc.array(size, { maxLength: 3 }).map(sameLayout),
    image.map((behind) => unitLayout(units(behind), behind)),
    fc
      .tuple(image, image)
      .map(([input, output]) => denseLayout(units(output), units(input), { input, output })),
  );
  fc.assert(
    fc.property(layout, (own) => {
      const numbers = Float32Array.from({ length: own.outside.reduce((a, b) => a * b, 1) }, (_, i) => i);
      expect(toOutside(own, toInside(own, numbers))).toEqual(numbers);
      expect([...toInside(own, numbers)].sort((a, b) => a - b)).toEqual([...numbers]);
    }),
  );
});
