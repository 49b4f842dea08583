import { DIGITS, drawnImages } from '@tessera/core/data';
import { Random } from '@tessera/core/random';
import { expect, test } from 'vitest';
import { evenlyOverClasses, previewsOf } from './connect.ts';
import { bytesOf } from './device-run.ts';

test('WORKER-20: previews show as many images of each class as there is room for', () => {
  const labels = [2, 2, 2, 2, 0, 1, 2];
  expect(evenlyOverClasses(labels, 4).map((position) => labels[position])).toEqual([0, 1, 2, 2]);
});

test('WORKER-20: a drawn set is previewed as it is, two of each digit', () => {
  const set = drawnImages({ domain: 'pen', count: 60, random: new Random(1) });
  const previews = previewsOf(set);
  expect(previews.map(({ name }) => name)).toEqual(DIGITS.flatMap((digit) => [digit, digit]));
  expect(previews[0]?.before.rgba).toHaveLength(28 * 28 * 4);
});

test('WORKER-21: samples in [-1, 1] become bytes, whatever the generator exceeds', () => {
  expect([...bytesOf(Float32Array.of(-1, 0, 1, -3, 3))]).toEqual([0, 128, 255, 0, 255]);
});
