// Files for the tests of connected images; nothing here is exported to other folders.
import type { ImageDecoder } from './connect-picture.ts';
import type { NamedFile } from './named-file.ts';

/** A file in memory. */
export function fileOf(path: string, content: Uint8Array): NamedFile {
  return { path, size: content.length, bytes: () => Promise.resolve(content) };
}

/** An IDX file of unsigned bytes; the default content counts upwards. */
export function idxBytes(shape: readonly number[], data?: readonly number[]): Uint8Array {
  const total = shape.reduce((product, size) => product * size, 1);
  const bytes = new Uint8Array(4 + 4 * shape.length + total);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x0800 + shape.length);
  shape.forEach((size, i) => view.setUint32(4 + 4 * i, size));
  bytes.set(data ?? Array.from({ length: total }, (_, i) => i % 256), 4 + 4 * shape.length);
  return bytes;
}

/** A picture in one colour behind a PNG's signature and size, as `plainDecoder` reads it. */
export function plainPicture(
  width: number,
  height: number,
  colour: readonly [number, number, number] | readonly [number, number, number, number],
): Uint8Array {
  const bytes = new Uint8Array(28);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
  const view = new DataView(bytes.buffer);
  view.setUint32(16, width);
  view.setUint32(20, height);
  bytes.set([...colour.slice(0, 3), colour[3] ?? 255], 24);
  return bytes;
}

/** Decodes `plainPicture`; rejects anything without a colour, as real decoders reject damaged files. */
export const plainDecoder: ImageDecoder = async (file) => {
  const bytes = await file.bytes();
  if (bytes.length < 28) throw new Error('damaged');
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const rgba = Uint8ClampedArray.from({ length: width * height * 4 }, (_, i) => bytes[24 + (i % 4)] ?? 0);
  return { width, height, rgba };
};

/** `count` different grey pictures in a folder. */
export function folderOfPictures(folder: string, count: number, firstGrey = 0): NamedFile[] {
  return Array.from({ length: count }, (_, i) => {
    const grey = firstGrey + i;
    return fileOf(`${folder}/${i}.png`, plainPicture(4, 4, [grey, grey, grey]));
  });
}
