import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '../random.ts';
import { drawnImages } from './drawn/drawn-images.ts';
import { bytesPerImage, type ImageSet, type ImageShape } from './image-set.ts';
import { IMAGE_TRANSFORMS, padImages, resizeImages, transformImages } from './transform-images.ts';

function setOf(shape: ImageShape, images: readonly number[]): ImageSet {
  const count = images.length / bytesPerImage(shape);
  return {
    shape,
    images: Uint8Array.from(images),
    labels: new Uint8Array(count).map((_, i) => i % 2),
    classNames: ['a', 'b'],
  };
}

function transformed(set: ImageSet, transform: (typeof IMAGE_TRANSFORMS)[number], seed = 1): number[] {
  return [...transformImages(set, transform, new Random(seed)).images];
}

const DOT = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 200, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

const sets = fc
  .record({
    side: fc.integer({ min: 1, max: 9 }),
    channels: fc.constantFrom(1, 3),
    count: fc.integer({ min: 0, max: 3 }),
    seed: fc.nat(),
  })
  .map(({ side, channels, count, seed }) => {
    const random = new Random(seed);
    return setOf(
      [side, side, channels],
      Array.from({ length: count * side * side * channels }, () => random.integer(256)),
    );
  });

describe('transformed images', () => {
  test('TRANS-1: the given set is left alone; labels, classes and count stay', () => {
    fc.assert(
      fc.property(sets, fc.constantFrom(...IMAGE_TRANSFORMS), (set, transform) => {
        const before = set.images.slice();
        const after = transformImages(set, transform, new Random(1));
        expect(set.images).toEqual(before);
        expect(after.labels).toEqual(set.labels);
        expect(after.classNames).toEqual(set.classNames);
        expect(after.images.length).toBe(set.labels.length * bytesPerImage(after.shape));
        expect(after.shape).toEqual(transform === 'colour' ? [...set.shape.slice(0, 2), 3] : set.shape);
      }),
    );
  });

  test('TRANS-2: invert gives every pixel its complement, twice gives the set back', () => {
    const set = setOf([1, 3, 1], [0, 100, 255]);
    expect(transformed(set, 'invert')).toEqual([255, 155, 0]);
    const once = transformImages(set, 'invert', new Random(1));
    expect(transformed(once, 'invert')).toEqual([0, 100, 255]);
  });

  test('TRANS-3: rotate turns by 30 degrees counter-clockwise about the middle, bilinearly', () => {
    expect(transformed(setOf([5, 5, 1], DOT), 'rotate')[12]).toBe(200);
    // A bar to the right of the middle of 31 pixels: its end, 12 pixels out, goes to 30 degrees above the axis.
    const bar = new Array<number>(31 * 31).fill(0);
    for (let x = 15; x <= 27; x++) bar[15 * 31 + x] = 255;
    const turned = transformed(setOf([31, 31, 1], bar), 'rotate');
    const at = (degrees: number, radius: number) => {
      const angle = (degrees * Math.PI) / 180;
      const [x, y] = [15 + radius * Math.cos(angle), 15 - radius * Math.sin(angle)];
      return turned[Math.round(y) * 31 + Math.round(x)] ?? -1;
    };
    expect(at(30, 10)).toBeGreaterThan(100);
    expect(at(0, 10)).toBe(0);
    expect(at(-30, 10)).toBe(0);
    expect(at(30, 15)).toBe(0);
    // Turning moves ink and loses none of it.
    expect(Math.abs(turned.reduce((sum, v) => sum + v, 0) / (13 * 255) - 1)).toBeLessThan(0.05);
  });

  test('TRANS-3: what comes in at the corners is the ground of the image, dark or light', () => {
    const light = setOf(
      [5, 5, 1],
      DOT.map((value) => 250 - value),
    );
    const turned = transformed(light, 'rotate');
    expect([turned[0], turned[4], turned[20], turned[24]]).toEqual([250, 250, 250, 250]);
  });

  test('TRANS-4: thicken spreads each pixel over its four neighbours; on a light ground the dark grows', () => {
    const cross = [0, 0, 0, 0, 0, 0, 0, 200, 0, 0, 0, 200, 200, 200, 0, 0, 0, 200, 0, 0, 0, 0, 0, 0, 0];
    expect(transformed(setOf([5, 5, 1], DOT), 'thicken')).toEqual(cross);
    const inverse = DOT.map((value) => 255 - value);
    expect(transformed(setOf([5, 5, 1], inverse), 'thicken')).toEqual(cross.map((value) => 255 - value));
    // Three channels grow each by itself, and rows do not run into one another.
    const rgb = setOf([2, 2, 3], [9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7]);
    expect(transformed(rgb, 'thicken')).toEqual([9, 0, 0, 9, 0, 7, 9, 0, 7, 0, 0, 7]);
  });

  test('TIERDATA-9: edges are dark lines on white where the brightness changes, on both sides of the change', () => {
    const half = Array.from({ length: 25 }, (_, i) => (i % 5 < 3 ? 0 : 255));
    const row = [255, 255, 0, 0, 255];
    expect(transformed(setOf([5, 5, 1], half), 'edges')).toEqual(Array.from({ length: 5 }, () => row).flat());
    // Faint changes make faint lines, and what is flat stays white.
    expect(transformed(setOf([1, 3, 1], [0, 0, 10]), 'edges')).toEqual([255, 235, 235]);
    expect(transformed(setOf([2, 2, 3], new Array<number>(12).fill(77)), 'edges')).toEqual(
      new Array(12).fill(255),
    );
  });

  test('TRANS-5: colour keeps dark dark and bright bright, in a hue of each image of its own', () => {
    const set = setOf([1, 2, 1], [0, 255, 0, 255]);
    const pixels = transformed(set, 'colour');
    const image = (i: number) => ({
      dark: pixels.slice(i * 6, i * 6 + 3),
      bright: pixels.slice(i * 6 + 3, i * 6 + 6),
    });
    for (const { dark, bright } of [image(0), image(1)]) {
      expect(Math.max(...dark)).toBeLessThanOrEqual(80);
      expect(Math.min(...bright)).toBeGreaterThanOrEqual(150);
    }
    expect(image(0)).not.toEqual(image(1));
    expect(transformed(set, 'colour', 1)).toEqual(pixels);
    expect(transformed(set, 'colour', 2)).not.toEqual(pixels);
  });
});

describe('images in other shapes', () => {
  test('TRANS-6: padding to 32 pixels puts two pixels of ground around the image', () => {
    const digits = drawnImages({ domain: 'marker', count: 4, random: new Random(1) });
    const padded = padImages(digits, 32);
    expect(padded.shape).toEqual([32, 32, 1]);
    for (let i = 0; i < 4; i++) {
      const paper = digits.images[i * 784];
      expect(padded.images[i * 1024]).toBe(paper);
      expect(padded.images[i * 1024 + 1023]).toBe(paper);
      const row = (set: ImageSet, start: number) => [...set.images.subarray(start, start + 28)];
      expect(row(padded, i * 1024 + 16 * 32 + 2)).toEqual(row(digits, i * 784 + 14 * 28));
    }
    expect(() => padImages(padded, 28)).toThrow(RangeError);
  });

  test('TRANS-7: colour becomes grey by luma, grey becomes three equal channels, large becomes small by area', () => {
    const red = setOf([1, 1, 3], [255, 0, 0]);
    expect([...resizeImages(red, [1, 1, 1]).images]).toEqual([76]);
    const grey = setOf([2, 2, 1], [0, 100, 200, 100]);
    expect([...resizeImages(grey, [2, 2, 3]).images]).toEqual(
      [0, 100, 200, 100].flatMap((value) => [value, value, value]),
    );
    expect([...resizeImages(grey, [1, 1, 1]).images]).toEqual([100]);
  });
});
