// IDX, the format of MNIST and its relatives: a magic number, big-endian sizes, then bytes.
import { DataError } from './data-error.ts';
import { shapeText, type ImageShape } from './image-set.ts';

/** Unsigned bytes with their sizes, the first of which counts the items. */
export interface IdxArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

const UNSIGNED_BYTE = 0x08;

/** Reads an IDX file of unsigned bytes; `path` is for messages. Throws `idx-malformed` or `idx-truncated`. */
export function readIdx(bytes: Uint8Array, path: string): IdxArray {
  if (bytes.length < 4) throw truncated(path, `holds ${bytes.length} bytes, less than a header`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.getUint32(0);
  const dimensions = magic & 0xff;
  if (magic >>> 16 !== 0 || dimensions < 1 || dimensions > 4) {
    throw malformed(path, `does not begin like an IDX file (magic number ${hex(magic)})`);
  }
  if (((magic >>> 8) & 0xff) !== UNSIGNED_BYTE) {
    throw malformed(path, `holds numbers that are not unsigned bytes (magic number ${hex(magic)})`);
  }
  const start = 4 + 4 * dimensions;
  if (bytes.length < start) throw truncated(path, 'ends inside its header');
  const shape = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  const wanted = shape.reduce((product, size) => product * size, 1);
  const present = bytes.length - start;
  if (present < wanted) {
    throw truncated(path, `should hold ${shapeText(shape)} = ${wanted} bytes of data and holds ${present}`);
  }
  if (present > wanted) {
    throw malformed(
      path,
      `holds ${present} bytes of data where its header says ${shapeText(shape)} = ${wanted}`,
    );
  }
  return { shape, data: bytes.subarray(start) };
}

/** The per-image shape of an IDX array of images: grey [n, h, w], or [n, h, w, channels]. */
export function idxImageShape(array: IdxArray): ImageShape {
  const [, height = 0, width = 0, channels = 1] = array.shape;
  return [height, width, channels];
}

function malformed(path: string, what: string): DataError {
  return new DataError(
    'idx-malformed',
    `${path} ${what}: connect the original file, or pictures in folders.`,
  );
}

function truncated(path: string, what: string): DataError {
  return new DataError('idx-truncated', `${path} ${what}: it was cut short, so fetch or copy it again.`);
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}
