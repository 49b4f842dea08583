// Reads numeric arrays from MATLAB 5 files, plain or compressed; little-endian, as PCs write them.
import { CommandFailure } from '../../cli/index.ts';
import { unpackBytes } from '../read-bytes.ts';

/** An array as MATLAB saved it: the first index runs fastest. */
export interface MatlabArray {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
  /** The bytes themselves, where the array was saved as unsigned bytes. */
  readonly bytes?: Uint8Array;
}

const HEADER_BYTES = 128;

/** Data types of the format (MATLAB's MAT-File Format, table 1-1). */
const TYPE = { uint8: 2, double: 9, matrix: 14, compressed: 15 } as const;

interface Element {
  readonly type: number;
  readonly body: Uint8Array;
  /** Where the next element begins. */
  readonly end: number;
}

/** The numeric arrays of the file by name; throws a CommandFailure for any other kind of file. */
export async function readMatlab(file: Uint8Array, name: string): Promise<Map<string, MatlabArray>> {
  const order = new TextDecoder().decode(file.subarray(126, 128));
  if (file.length < HEADER_BYTES || order !== 'IM')
    throw new CommandFailure(`${name} is no MATLAB 5 file of a PC.`);
  const arrays = new Map<string, MatlabArray>();
  for (let at = HEADER_BYTES; at < file.length;) {
    const { type, body, end } = element(file, at, name);
    at = end;
    const matrix =
      type === TYPE.compressed ? element(await unpackBytes(body, 'zlib', name), 0, name) : { type, body };
    if (matrix.type !== TYPE.matrix) continue;
    const [key, array] = readMatrix(matrix.body, name);
    if (array) arrays.set(key, array);
  }
  return arrays;
}

/** Array flags, sizes, name and numbers, in this order. */
function readMatrix(body: Uint8Array, name: string): [key: string, array: MatlabArray | undefined] {
  const flags = element(body, 0, name);
  const sizes = element(body, flags.end, name);
  const key = element(body, sizes.end, name);
  const shape = [...new Int32Array(aligned(sizes.body, 4))];
  const label = new TextDecoder().decode(key.body);
  const { type, body: numbers } = element(body, key.end, name);
  const count = shape.reduce((product, size) => product * size, 1);
  if (type === TYPE.uint8 && numbers.length === count)
    return [label, { shape, data: numbers, bytes: numbers }];
  if (type === TYPE.double && numbers.length === count * 8)
    return [label, { shape, data: new Float64Array(aligned(numbers, 8)) }];
  return [label, undefined];
}

/** The element at that place: a tag of 8 bytes and its body, or both in 8 bytes where the body is short. */
function element(bytes: Uint8Array, at: number, name: string): Element {
  if (at + 8 > bytes.length) throw cutShort(name);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = view.getUint32(at, true);
  const short = word >>> 16;
  if (short > 0) return { type: word & 0xffff, body: bytes.subarray(at + 4, at + 4 + short), end: at + 8 };
  const size = view.getUint32(at + 4, true);
  const start = at + 8;
  if (start + size > bytes.length) throw cutShort(name);
  // Bodies are padded to 8 bytes, except compressed ones.
  const padded = word === TYPE.compressed ? size : Math.ceil(size / 8) * 8;
  return { type: word, body: bytes.subarray(start, start + size), end: start + padded };
}

/** A copy whose numbers begin where typed arrays may begin. */
function aligned(body: Uint8Array, width: number): ArrayBuffer {
  return body.slice(0, Math.floor(body.length / width) * width).buffer;
}

function cutShort(name: string): CommandFailure {
  return new CommandFailure(`${name} is cut short: fetch or copy it again.`);
}
