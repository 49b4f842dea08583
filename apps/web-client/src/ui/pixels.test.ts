import { expect, test } from 'vitest';
import { bytesOfBase64, CLOUD_SIDE, cloudOf, cloudPlace, imagesIn, rgbaOf } from './pixels.ts';

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

test('TIERDATA-4: a point is a dot, x to the right and y upwards', () => {
  expect(cloudPlace(0.5, 0.5)).toEqual([CLOUD_SIDE / 2, CLOUD_SIDE / 2]);
  expect(cloudOf(Uint8Array.of(0, 0))).toBe('M0 255h0');
  expect(cloudOf(Uint8Array.of(255, 255, 255, 0, 10, 20))).toBe('M255 0h0M255 255h0M10 235h0');
  expect(cloudOf(new Uint8Array())).toBe('');
});

test('PAGE-5: samples travel as base64', () => {
  expect([...bytesOfBase64('AP+A')]).toEqual([0, 255, 128]);
});
