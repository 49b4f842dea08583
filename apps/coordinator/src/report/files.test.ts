import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { readIdx } from '@tessera/core/data';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pixelBytes, sampleGridPng, writeIdxImages, writeIdxLabels, writeSampleGrid } from './index.ts';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'tessera-report-'))));
afterEach(() => rm(folder, { recursive: true }));

const raw = async (png: Buffer | string) => sharp(png).raw().toBuffer({ resolveWithObject: true });

describe('sample grids', () => {
  test('REP-20: pixels from -1 to 1 become bytes, clipped and rounded', () => {
    const bytes = pixelBytes(Float32Array.of(-1, 0, 1, -7, 9, 1 / 127.5 - 1, NaN));
    expect([...bytes]).toEqual([0, 128, 255, 0, 255, 1, 0]);
  });

  test('REP-20: images stand in reading order, each pixel doubled, gaps transparent', async () => {
    // Three grey images of 1 x 2 pixels in two columns.
    const images = { shape: [3, 1, 2, 1], data: Float32Array.of(-1, 1, 0, 1, 1, -1) };
    await writeSampleGrid(join(folder, 'grid.png'), images, 2);
    const { data, info } = await raw(join(folder, 'grid.png'));
    expect([info.width, info.height]).toEqual([10, 6]);
    const at = (x: number, y: number) => {
      const from = (y * info.width + x) * info.channels;
      return [data[from], data[from + info.channels - 1]];
    };
    expect([at(0, 0), at(1, 1), at(2, 0), at(3, 1)]).toEqual([
      [0, 255],
      [0, 255],
      [255, 255],
      [255, 255],
    ]);
    expect([at(6, 0), at(9, 1)]).toEqual([
      [128, 255],
      [255, 255],
    ]);
    expect([at(0, 4), at(3, 5)]).toEqual([
      [255, 255],
      [0, 255],
    ]);
    for (const [x, y] of [
      [4, 0],
      [5, 1],
      [0, 2],
      [9, 3],
      [6, 4],
      [9, 5],
    ] as const)
      expect(at(x, y)[1]).toBe(0);
  });

  test('REP-20: colours stay', async () => {
    const images = { shape: [1, 1, 1, 3], data: Float32Array.of(1, -1, 0) };
    const { data } = await raw(await sampleGridPng(images, 5));
    expect([...data.subarray(0, 4)]).toEqual([255, 0, 128, 255]);
  });

  test.each([
    [[2, 3, 3], 18, 1, /not \[2, 3, 3\]/],
    [[1, 3, 3, 2], 18, 1, /1 or 3/],
    [[0, 3, 3, 1], 0, 1, /no images/],
    [[1, 3, 3, 1], 8, 1, /needs 9 numbers, not 8/],
    [[1, 1, 1, 1], 1, 0, /columns must be 1 or more/],
  ])('REP-20: %j with %d numbers in %d columns is refused', async (shape, length, columns, message) => {
    await expect(sampleGridPng({ shape, data: new Float32Array(length) }, columns)).rejects.toThrow(message);
  });
});

describe('IDX files', () => {
  test('REP-21: images and labels are read back as they were, compressed or not', async () => {
    const images = Uint8Array.from({ length: 24 }, (_, i) => i * 10);
    await writeIdxImages(join(folder, 'plain'), images, [2, 3, 4, 1]);
    await writeIdxImages(join(folder, 'colour.gz'), images, [2, 2, 2, 3]);
    await writeIdxLabels(join(folder, 'labels.gz'), [7, 255]);
    expect(readIdx(await readFile(join(folder, 'plain')), 'plain')).toMatchObject({ shape: [2, 3, 4] });
    const colour = readIdx(gunzipSync(await readFile(join(folder, 'colour.gz'))), 'colour');
    expect(colour.shape).toEqual([2, 2, 2, 3]);
    expect([...colour.data]).toEqual([...images]);
    const labels = readIdx(gunzipSync(await readFile(join(folder, 'labels.gz'))), 'labels');
    expect([labels.shape, [...labels.data]]).toEqual([[2], [7, 255]]);
  });

  test('REP-21: a shape that does not fit and labels beyond a byte are refused', async () => {
    const path = join(folder, 'x');
    await expect(writeIdxImages(path, new Uint8Array(3), [1, 2, 2])).rejects.toThrow('needs 4 bytes, not 3');
    await expect(writeIdxImages(path, new Uint8Array(4), [4])).rejects.toThrow('[n, h, w]');
    await expect(writeIdxLabels(path, [1, 256])).rejects.toThrow('not 256');
  });
});
