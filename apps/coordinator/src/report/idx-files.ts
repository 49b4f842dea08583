// Generated images and their labels as IDX files, the form in which MNIST comes, for Python and others.
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { elementCount } from '@tessera/core/tensors';

const compress = promisify(gzip);

const UNSIGNED_BYTE = 0x08;
const MAX_DIMENSIONS = 4;

/**
 * Writes bytes [n, h, w] or [n, h, w, c] as IDX, compressed when the path ends in .gz. One channel is left out of the
 * shape, as in MNIST.
 */
export async function writeIdxImages(
  path: string,
  images: Uint8Array,
  shape: readonly number[],
): Promise<void> {
  if (shape.length < 3)
    throw new RangeError(`images must be [n, h, w] or [n, h, w, c], not [${shape.join(', ')}]`);
  await writeIdx(path, shape.length === 4 && shape[3] === 1 ? shape.slice(0, 3) : shape, images);
}

/** Writes labels 0 to 255, one per image, as IDX, compressed when the path ends in .gz. */
export async function writeIdxLabels(path: string, labels: readonly number[] | Uint8Array): Promise<void> {
  const wrong = labels.find((label: number) => !Number.isInteger(label) || label < 0 || label > 255);
  if (wrong !== undefined) throw new RangeError(`labels must be whole numbers from 0 to 255, not ${wrong}`);
  await writeIdx(path, [labels.length], Uint8Array.from(labels));
}

async function writeIdx(path: string, shape: readonly number[], data: Uint8Array): Promise<void> {
  const bytes = idxBytes(shape, data);
  await writeFile(path, path.endsWith('.gz') ? await compress(bytes) : bytes);
}

function idxBytes(shape: readonly number[], data: Uint8Array): Uint8Array {
  if (shape.length > MAX_DIMENSIONS || elementCount(shape) !== data.length)
    throw new RangeError(`[${shape.join(', ')}] needs ${elementCount(shape)} bytes, not ${data.length}`);
  const start = 4 + 4 * shape.length;
  const bytes = new Uint8Array(start + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, (UNSIGNED_BYTE << 8) | shape.length);
  shape.forEach((size, i) => {
    view.setUint32(4 + 4 * i, size);
  });
  bytes.set(data, start);
  return bytes;
}
