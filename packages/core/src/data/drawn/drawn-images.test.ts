import { describe, expect, test } from 'vitest';
import { Random } from '../../random.ts';
import { bytesPerImage, classCounts, type ImageSet } from '../image-set.ts';
import { DIGITS, drawableClasses, DRAWN_DOMAINS, drawnImages } from './drawn-images.ts';

const draw = (domain: (typeof DRAWN_DOMAINS)[number], part: 'train' | 'test', count: number) =>
  drawnImages({ domain, part, count, random: new Random(11) });

/** The mean image of every class. */
function classMeans(set: ImageSet): Float64Array[] {
  const size = bytesPerImage(set.shape);
  const counts = classCounts(set);
  const means = counts.map(() => new Float64Array(size));
  set.labels.forEach((label, i) => {
    const mean = means[label];
    for (let p = 0; mean && p < size; p++) {
      mean[p] = (mean[p] ?? 0) + (set.images[i * size + p] ?? 0) / (counts[label] ?? 1);
    }
  });
  return means;
}

/** The share of images whose nearest class mean is that of their own class. */
function recognised(set: ImageSet, means: readonly Float64Array[]): number {
  const size = bytesPerImage(set.shape);
  let right = 0;
  set.labels.forEach((label, i) => {
    const image = set.images.subarray(i * size, (i + 1) * size);
    const distances = means.map((mean) =>
      mean.reduce((sum, value, p) => sum + (value - (image[p] ?? 0)) ** 2, 0),
    );
    if (distances.indexOf(Math.min(...distances)) === label) right++;
  });
  return right / set.labels.length;
}

const meanOf = (values: Uint8Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('drawn digits', () => {
  test.each(DRAWN_DOMAINS)(
    'DATA-30: %s digits are recognisable: class means tell held-out ones apart',
    (domain) => {
      const means = classMeans(draw(domain, 'train', 1_000));
      expect(recognised(draw(domain, 'test', 500), means)).toBeGreaterThan(0.85);
    },
  );

  test('DATA-31: the domains differ: light on black, dark on light', () => {
    const brightness = Object.fromEntries(
      DRAWN_DOMAINS.map((domain) => [domain, meanOf(draw(domain, 'train', 200).images)]),
    );
    expect(brightness.pen).toBeLessThan(60);
    expect(brightness.segments).toBeLessThan(60);
    expect(brightness.marker).toBeGreaterThan(160);
  });

  test('DATA-32: the same seed draws the same images; parts and domains have streams of their own', () => {
    expect(draw('pen', 'train', 30)).toEqual(draw('pen', 'train', 30));
    expect(draw('pen', 'train', 30).images).not.toEqual(draw('pen', 'test', 30).images);
    const first = draw('pen', 'train', 10).images;
    expect(draw('pen', 'train', 30).images.subarray(0, first.length)).toEqual(first);
  });

  test('DATA-33: classes are balanced, and only those asked for are drawn', () => {
    expect(classCounts(draw('pen', 'train', 105))).toEqual([11, 11, 11, 11, 11, 10, 10, 10, 10, 10]);
    const few = drawnImages({ domain: 'marker', count: 20, random: new Random(1), only: [3, 7] });
    expect(classCounts(few)).toEqual([0, 0, 0, 10, 0, 0, 0, 10, 0, 0]);
  });

  test('DATA-33: a digit takes its place among the run’s classes; a run without digits is told so', () => {
    expect(drawableClasses(['cat', '7', 'dog', '0'])).toEqual([1, 3]);
    const target = { imageShape: [28, 28, 1], classes: ['cat', '7'] } as const;
    const set = drawnImages({ domain: 'pen', count: 16, random: new Random(1), target });
    expect(new Set(set.labels)).toEqual(new Set([1]));
    const classes = ['cat', 'dog'];
    expect(() =>
      drawnImages({ domain: 'pen', count: 16, random: new Random(1), target: { ...target, classes } }),
    ).toThrow(expect.objectContaining({ code: 'unknown-classes' }));
  });

  test.each([28, 32])('DATA-34: %i pixels, grey or colour, are filled to about the same share', (side) => {
    for (const channels of [1, 3]) {
      for (const domain of DRAWN_DOMAINS) {
        const target = { imageShape: [side, side, channels] as const, classes: DIGITS };
        const { images } = drawnImages({ domain, count: 100, random: new Random(2), target });
        expect(images).toHaveLength(100 * side * side * channels);
        const changed = images.filter((value) => (domain === 'marker' ? value < 220 : value > 30)).length;
        expect(changed / images.length).toBeGreaterThan(0.05);
        expect(changed / images.length).toBeLessThan(0.4);
      }
    }
  });

  test('DATA-34: no stroke leaves the image: the outermost pixels are ground', () => {
    for (const domain of DRAWN_DOMAINS) {
      const { images } = draw(domain, 'train', 300);
      const edge = images.filter(
        (_, i) => [0, 27].includes(i % 28) || [0, 27].includes(Math.floor(i / 28) % 28),
      );
      const inked = edge.filter((value) => (domain === 'marker' ? value < 200 : value > 50)).length;
      expect(inked / edge.length).toBeLessThan(0.01);
    }
  });
});
