import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '../random.ts';
import { BatchSource } from './batch-source.ts';
import { narrowImages, type ImageSet } from './image-set.ts';

/** Image i is a single pixel of value i with label i mod 3. */
function numbered(count: number): ImageSet {
  return {
    shape: [1, 1, 1],
    images: Uint8Array.from({ length: count }, (_, i) => i),
    labels: Uint8Array.from({ length: count }, (_, i) => i % 3),
    classNames: ['a', 'b', 'c'],
  };
}

const numbersOf = (images: Float32Array) => [...images].map((value) => Math.round((value + 1) * 127.5));

describe('images set aside', () => {
  test('JUDGE-1: are never drawn again, and are the same ones every time', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 34, max: 250 }),
        fc.double({ min: 0.05, max: 0.5, noNaN: true }),
        fc.integer({ min: 1, max: 300 }),
        (count, share, batch) => {
          const source = new BatchSource(numbered(count), new Random(`${count}`));
          const aside = source.setAside(share);
          expect(aside?.labels).toHaveLength(Math.floor(share * count));
          expect([...(aside?.labels ?? [])]).toEqual([...(aside?.images ?? [])].map((image) => image % 3));
          expect(source.count).toBe(count);
          const drawn = [1, 2, 3].flatMap(() => numbersOf(source.draw(batch).images));
          expect(drawn.filter((image) => aside?.images.includes(image))).toEqual([]);
          const again = new BatchSource(numbered(count), new Random('another visit')).setAside(share);
          expect(again).toEqual(aside);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('JUDGE-1: all that remain are drawn', () => {
    const source = new BatchSource(numbered(100), new Random(1));
    const aside = source.setAside(0.25);
    expect(aside?.images).toHaveLength(25);
    expect(new Set(numbersOf(source.draw(75).images)).size).toBe(75);
  });

  test('JUDGE-1: at most 500, and none where fewer than 16 would remain or the share is less than an image', () => {
    const large = { ...numbered(6000), labels: new Uint8Array(6000) };
    expect(new BatchSource(large, new Random(1)).setAside(0.5)?.labels.length).toBe(500);
    for (const [count, share] of [
      [17, 0.25],
      [30, 0.5],
      [40, 0.02],
    ] as const) {
      const source = new BatchSource(numbered(count), new Random(1));
      expect(source.setAside(share)).toBeUndefined();
      expect(new Set(numbersOf(source.draw(count).images)).size).toBe(count);
    }
  });
});

describe('minibatches', () => {
  test('DATA-27: a batch has exactly the size asked for, without repeats unless the set is smaller', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 16, max: 200 }),
        fc.integer({ min: 1, max: 256 }),
        fc.nat(),
        (count, batch, seed) => {
          const { images, labels } = new BatchSource(numbered(count), new Random(seed)).draw(batch);
          expect([images.length, labels.length]).toEqual([batch, batch]);
          const numbers = numbersOf(images);
          expect([...labels]).toEqual(numbers.map((number) => number % 3));
          if (batch <= count) expect(new Set(numbers).size).toBe(batch);
          else expect(Math.max(...numbers)).toBeLessThan(count);
        },
      ),
    );
  });

  test('DATA-27: pixels lie in [-1, 1]: 0 becomes -1 and 255 becomes 1', () => {
    const set = { ...numbered(16), images: Uint8Array.from({ length: 16 }, (_, i) => (i % 2) * 255) };
    const { images } = new BatchSource(set, new Random(1)).draw(16);
    expect(new Set(images)).toEqual(new Set([-1, 1]));
  });

  test('DATA-28: every image is drawn equally often over many steps, also after a shuffle', () => {
    const source = new BatchSource(numbered(40), new Random(7));
    const times = new Array<number>(40).fill(0);
    const steps = 4_000;
    for (let step = 0; step < steps; step++) {
      for (const number of numbersOf(source.draw(10).images)) times[number] = (times[number] ?? 0) + 1;
    }
    // Binomial(4000, 1/4): mean 1000, standard deviation 27.4; five deviations at a fixed seed.
    for (const count of times) expect(Math.abs(count - 1_000)).toBeLessThan(137);
  });

  test('DATA-28: the same seed draws the same batches, and steps differ', () => {
    const [a, b] = [
      new BatchSource(numbered(50), new Random(3)),
      new BatchSource(numbered(50), new Random(3)),
    ];
    const first = a.draw(8);
    expect(b.draw(8)).toEqual(first);
    expect(a.draw(8)).not.toEqual(first);
  });

  test('DATA-15: fewer than 16 images are refused in words', () => {
    expect(() => new BatchSource(numbered(15), new Random(1))).toThrow(
      expect.objectContaining({
        code: 'too-few-images',
        message: '15 images can be used, and training needs at least 16: connect more.',
      }),
    );
    expect(new BatchSource(numbered(16), new Random(1)).count).toBe(16);
  });
});

describe('narrowing a set', () => {
  test('DATA-29: classes and number are cut down, the rest keeps its order', () => {
    const narrow = narrowImages(numbered(60), { only: [0, 2], limit: 25, random: new Random(5) });
    expect(narrow.labels).toHaveLength(25);
    expect(narrow.labels).not.toContain(1);
    expect([...narrow.images]).toEqual([...narrow.images].sort((a, b) => a - b));
    expect([...narrow.labels]).toEqual([...narrow.images].map((number) => number % 3));
  });

  test('DATA-29: different seeds choose different images, no limit keeps all', () => {
    const set = numbered(60);
    const choose = (seed: number) => narrowImages(set, { limit: 20, random: new Random(seed) }).images;
    expect(choose(1)).toEqual(choose(1));
    expect(choose(1)).not.toEqual(choose(2));
    expect(narrowImages(set, { random: new Random(1) })).toBe(set);
  });
});
