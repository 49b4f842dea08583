// A grid of generated images as one PNG.
import { writeFile } from 'node:fs/promises';
import type { PlainTensor } from '@tessera/core/tensors';
import sharp from 'sharp';
import { pixelBytes, stackShape } from './pixels.ts';

/** Each pixel becomes a square of this side. */
const SCALE = 2;
/** Transparent pixels between neighbouring images, after scaling. */
const GAP_PIXELS = 2;

/** A PNG of images [n, h, w, c] in [-1, 1], `columns` to a row in their order, each pixel twice as large. */
export async function sampleGridPng(images: PlainTensor, columns: number): Promise<Buffer> {
  const { count, height, width, channels } = stackShape(images);
  if (!Number.isInteger(columns) || columns < 1)
    throw new RangeError(`columns must be 1 or more, not ${columns}`);
  const across = Math.min(columns, count);
  const down = Math.ceil(count / columns);
  const grid = {
    width: across * (width * SCALE + GAP_PIXELS) - GAP_PIXELS,
    height: down * (height * SCALE + GAP_PIXELS) - GAP_PIXELS,
  };
  const size = height * width * channels;
  const bytes = pixelBytes(images.data);
  const withAlpha = channels + 1;
  const pixels = new Uint8Array(grid.width * grid.height * withAlpha);
  for (let image = 0; image < count; image++) {
    const left = (image % columns) * (width * SCALE + GAP_PIXELS);
    const top = Math.floor(image / columns) * (height * SCALE + GAP_PIXELS);
    for (let y = 0; y < height * SCALE; y++) {
      for (let x = 0; x < width * SCALE; x++) {
        const from = image * size + (Math.floor(y / SCALE) * width + Math.floor(x / SCALE)) * channels;
        const to = ((top + y) * grid.width + left + x) * withAlpha;
        for (let channel = 0; channel < channels; channel++)
          pixels[to + channel] = bytes[from + channel] ?? 0;
        pixels[to + channels] = 255;
      }
    }
  }
  return sharp(pixels, { raw: { ...grid, channels: withAlpha as 2 | 4 } })
    .png({ compressionLevel: 9 })
    .toBuffer();
}

/** Writes that PNG. */
export async function writeSampleGrid(path: string, images: PlainTensor, columns: number): Promise<void> {
  await writeFile(path, await sampleGridPng(images, columns));
}
