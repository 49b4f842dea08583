import { expect, test } from 'vitest';
import { bytesOfBase64, cloudOf, imagesIn, rgbaOf } from './pixels.ts';

test('PAGE-5: a grey byte becomes three equal channels, a colour pixel keeps its own', () => {
  expect([...rgbaOf(Uint8Array.of(7, 200), 1)]).toEqual([7, 7, 7, 255, 200, 200, 200, 255]);
  expect([...rgbaOf(Uint8Array.of(1, 2, 3), 3)]).toEqual([1, 2, 3, 255]);
});

test('PAGE-5: a stack is cut into whole images; a rest that fills none is left out', () => {
  expect(imagesIn(Uint8Array.of(1, 2, 3, 4, 5), 2).map((image) => [...image])).toEqual([
    [1, 2],
    [3, 4],
  ]);
});

test('TIERDATA-4: a point is a dark dot, x to the right and y upwards', () => {
  const side = 11;
  const dark = (points: number[]) => {
    const rgba = cloudOf(Uint8Array.from(points), side);
    return Array.from({ length: side * side }, (_, i) => i).filter((i) => (rgba[4 * i] ?? 255) < 128);
  };
  expect(dark([0, 0])).toEqual([side * (side - 1)]);
  expect(dark([255, 255, 255, 0])).toEqual([side - 1, side * side - 1]);
});

test('PAGE-5: samples travel as base64', () => {
  expect([...bytesOfBase64('AP+A')]).toEqual([0, 255, 128]);
});
