import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitImage, reduceImage, type DecodedImage } from './fit-image.ts';
import { invertPixels, isLightGround } from './invert.ts';

function picture(
  width: number,
  height: number,
  colourAt: (x: number, y: number) => readonly number[],
): DecodedImage {
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [r = 0, g = 0, b = 0, a = 255] = colourAt(x, y);
      rgba.set([r, g, b, a], (y * width + x) * 4);
    }
  }
  return { width, height, rgba };
}

const grey = (value: number) => [value, value, value];

describe('fitting pictures', () => {
  test('DATA-20: a picture of any size in one colour keeps it in any shape', () => {
    const sides = fc.integer({ min: 1, max: 70 });
    const byte = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(sides, sides, fc.tuple(byte, byte, byte), sides, (width, height, colour, side) => {
        const fitted = fitImage(
          picture(width, height, () => colour),
          [side, side, 3],
        );
        expect(fitted).toHaveLength(side * side * 3);
        expect([...new Set(fitted.map((value, i) => value - (colour[i % 3] ?? 0)))]).toEqual([0]);
      }),
    );
  });

  test('DATA-20: shrinking takes the mean of the area that a pixel covers', () => {
    const values = [0, 40, 80, 120, 160, 200, 240, 20, 60];
    const square = picture(3, 3, (x, y) => grey(values[y * 3 + x] ?? 0));
    // Each of the four pixels covers one whole, two half and one quarter pixel of the nine.
    const mean = (a: number, b: number, c: number, d: number) =>
      Math.round((a + b / 2 + c / 2 + d / 4) / 2.25);
    expect([...fitImage(square, [2, 2, 1])]).toEqual([
      mean(0, 40, 120, 160),
      mean(80, 40, 200, 160),
      mean(240, 20, 120, 160),
      mean(60, 20, 200, 160),
    ]);
  });

  test('DATA-20: any shrinking of a square keeps its mean brightness', () => {
    fc.assert(
      fc.property(
        fc
          .integer({ min: 28, max: 60 })
          .chain((side) =>
            fc.tuple(fc.constant(side), fc.uint8Array({ minLength: side * side, maxLength: side * side })),
          ),
        ([side, values]) => {
          const fitted = fitImage(
            picture(side, side, (x, y) => grey(values[y * side + x] ?? 0)),
            [28, 28, 1],
          );
          const mean = (bytes: Uint8Array) => bytes.reduce((sum, value) => sum + value, 0) / bytes.length;
          expect(Math.abs(mean(fitted) - mean(values))).toBeLessThan(0.5);
        },
      ),
      { numRuns: 30 },
    );
  });

  test('DATA-21: the middle of a wide or tall picture is taken', () => {
    const wide = picture(90, 30, (x) => grey(x >= 30 && x < 60 ? 200 : 10));
    const tall = picture(30, 90, (_, y) => grey(y >= 30 && y < 60 ? 200 : 10));
    for (const image of [wide, tall]) expect(new Set(fitImage(image, [15, 15, 1]))).toEqual(new Set([200]));
  });

  test('DATA-22: grey is the luma of ITU-R BT.601', () => {
    const luma = (colour: readonly number[]) =>
      fitImage(
        picture(1, 1, () => colour),
        [1, 1, 1],
      )[0];
    expect([luma([255, 0, 0]), luma([0, 255, 0]), luma([0, 0, 255]), luma([255, 255, 255])]).toEqual([
      76, 150, 29, 255,
    ]);
  });

  test('DATA-23: transparent parts become the ground that the drawing stands out from', () => {
    const drawing = (ink: number) => picture(2, 1, (x) => [...grey(ink), x === 0 ? 255 : 0]);
    const columns = (image: DecodedImage) => [...reduceImage(image, 2).rgba].filter((_, i) => i % 4 === 0);
    expect(columns(drawing(250))).toEqual([250, 0]);
    expect(columns(drawing(5))).toEqual([5, 255]);
  });

  test('DATA-20: a picture without pixels is refused', () => {
    expect(() => fitImage({ width: 0, height: 3, rgba: new Uint8Array(0) }, [2, 2, 1])).toThrow(RangeError);
  });

  test('DATA-25: a preview of the original is no longer than asked for and keeps its aspect', () => {
    const reduced = reduceImage(
      picture(300, 150, () => grey(9)),
      112,
    );
    expect([reduced.width, reduced.height, reduced.rgba.length]).toEqual([112, 56, 112 * 56 * 4]);
    const small = reduceImage(
      picture(3, 2, () => grey(9)),
      112,
    );
    expect([small.width, small.height]).toEqual([3, 2]);
  });
});

describe('inversion', () => {
  const bordered = (border: number, middle: number) => {
    const image = new Uint8Array(16).fill(border);
    for (const i of [5, 6, 9, 10]) image[i] = middle;
    return image;
  };

  test('DATA-24: the ground is judged by the edges of grey images alone', () => {
    expect(isLightGround({ shape: [4, 4, 1], images: bordered(240, 0) })).toBe(true);
    expect(isLightGround({ shape: [4, 4, 1], images: bordered(10, 255) })).toBe(false);
    expect(isLightGround({ shape: [4, 4, 3], images: new Uint8Array(48).fill(255) })).toBe(false);
  });

  test('DATA-24: inverting twice changes nothing', () => {
    const pixels = Uint8Array.from({ length: 256 }, (_, i) => i);
    invertPixels(pixels);
    expect(pixels[3]).toBe(252);
    invertPixels(pixels);
    expect([...pixels]).toEqual([...pixels.keys()]);
  });
});
