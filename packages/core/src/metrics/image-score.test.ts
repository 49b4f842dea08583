import { expect, test } from 'vitest';
import { imageScore } from './image-score.ts';

test('MET-2: rows that are all alike score 1, whatever they are', () => {
  expect(imageScore(Float32Array.of(0.25, 0.75, 0.25, 0.75), 2)).toBeCloseTo(1, 12);
  expect(imageScore(Float32Array.of(1, 0, 0, 1, 0, 0), 3)).toBeCloseTo(1, 12);
});

test('MET-2: certain rows, every class equally often, score the number of classes', () => {
  const certain = new Float32Array(40 * 10);
  for (let row = 0; row < 40; row++) certain[row * 10 + (row % 10)] = 1;
  expect(imageScore(certain, 10)).toBeCloseTo(10, 6);
});

test('MET-2: two rows by hand', () => {
  // p(y) = (5/8, 3/8): KL of the first (3/4, 1/4) and the second (1/2, 1/2).
  const first = 0.75 * Math.log(0.75 / 0.625) + 0.25 * Math.log(0.25 / 0.375);
  const second = 0.5 * Math.log(0.5 / 0.625) + 0.5 * Math.log(0.5 / 0.375);
  const score = imageScore(Float32Array.of(0.75, 0.25, 0.5, 0.5), 2);
  expect(score).toBeCloseTo(Math.exp((first + second) / 2), 10);
});

test("MET-2: numpy's number for four rows of three classes, a zero among them", () => {
  const rows = Float32Array.of(0.7, 0.2, 0.1, 0.1, 0.8, 0.1, 0.25, 0.25, 0.5, 0, 0, 1);
  expect(imageScore(rows, 3)).toBeCloseTo(1.5810588499509404, 6);
});

test('MET-2: no rows, a part of a row, negative numbers and NaN are refused', () => {
  expect(() => imageScore(new Float32Array(), 3)).toThrow('no rows');
  expect(() => imageScore(new Float32Array(4), 3)).toThrow('4 numbers are no rows');
  expect(() => imageScore(Float32Array.of(-0.5, 1.5, 0.5, 0.5), 2)).toThrow('not a number');
  expect(() => imageScore(Float32Array.of(NaN, 0.5), 2)).toThrow('not a number');
});
