import { expect, test } from 'vitest';
import { coverage } from './coverage.ts';
import { mostProbable } from './probabilities.ts';

/** One row for each image, certain of its class. */
function certain(labels: readonly number[], classes: number): Float32Array {
  const rows = new Float32Array(labels.length * classes);
  labels.forEach((label, row) => (rows[row * classes + label] = 1));
  return rows;
}

test('MET-4: shares, covered classes and entropy by hand', () => {
  const found = coverage(certain([0, 0, 1, 1], 4), 4);
  expect(found.shares).toEqual([0.5, 0.5, 0, 0]);
  expect(found.covered).toBe(2);
  expect(found.entropy).toBeCloseTo(Math.LN2, 12);
});

test('MET-4: one class alone has entropy 0, all alike ln(classes)', () => {
  expect(coverage(certain([3, 3, 3], 5), 5)).toEqual({ shares: [0, 0, 0, 1, 0], covered: 1, entropy: 0 });
  const spread = coverage(certain([0, 1, 2, 3, 4], 5), 5);
  expect(spread.covered).toBe(5);
  expect(spread.entropy).toBeCloseTo(Math.log(5), 12);
});

test('MET-4: a class is covered from a tenth of an equal share on', () => {
  // Of 1,000 images an equal share is 100, a tenth of it 10.
  const labels = (few: number) => Array.from({ length: 1000 }, (_, i) => (i < few ? 9 : i % 9));
  expect(coverage(certain(labels(10), 10), 10).covered).toBe(10);
  expect(coverage(certain(labels(9), 10), 10).covered).toBe(9);
});

test('MET-4: an image belongs to its most probable class, the lowest of equal ones', () => {
  expect([...mostProbable(Float32Array.of(0.2, 0.5, 0.3, 0.4, 0.4, 0.2), 3)]).toEqual([1, 0]);
  expect(() => mostProbable(new Float32Array(5), 3)).toThrow('5 numbers are no rows');
});
