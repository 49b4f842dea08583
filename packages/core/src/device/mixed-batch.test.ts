import { expect, test } from 'vitest';
import { DIGITS } from '../data/index.ts';
import { Random } from '../random.ts';
import { mixedBatch } from './mixed-batch.ts';

/** Own images of two pixels are -1, with the label 9; `asked` says how many were drawn. */
function ownImages() {
  const asked: number[] = [];
  const own = {
    count: 100,
    shape: [2, 1, 1] as const,
    classNames: DIGITS,
    labelsHeld: DIGITS.length,
    draw: (batch: number) => {
      asked.push(batch);
      return { images: new Float32Array(2 * batch).fill(-1), labels: new Int32Array(batch).fill(9) };
    },
    setAside: () => undefined,
  };
  return { own, asked };
}

const given = {
  images: { shape: [4, 2, 1, 1], data: Float32Array.of(0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5) },
  labels: Int32Array.of(0, 1, 2, 3),
  share: 0.25,
};

test('PFL-5: the share of a batch comes from given images with their labels, the rest from the own', () => {
  const { own, asked } = ownImages();
  const random = new Random(1);
  const seen = new Set<number>();
  for (let i = 0; i < 40; i++) {
    const { images, labels } = mixedBatch(own, 8, { given, random });
    expect([...labels.slice(0, 6)]).toEqual([9, 9, 9, 9, 9, 9]);
    expect([...images.slice(0, 12)]).toEqual(new Array(12).fill(-1));
    for (const row of [6, 7]) {
      const label = labels[row] ?? NaN;
      seen.add(label);
      expect([...images.slice(2 * row, 2 * row + 2)]).toEqual([label, label + 0.5]);
    }
  }
  expect(seen).toEqual(new Set([0, 1, 2, 3]));
  expect(new Set(asked)).toEqual(new Set([6]));
});

test('PFL-5: at least one image is its own', () => {
  const { own, asked } = ownImages();
  const { labels } = mixedBatch(own, 2, { given: { ...given, share: 1 }, random: new Random(1) });
  expect(labels[0]).toBe(9);
  expect(asked).toEqual([1]);
});
