// Reads NumPy's .npy arrays of whole numbers, and the .npz archives that hold them.
import { unzipSync } from 'fflate';
import { CommandFailure } from '../../cli/index.ts';

/** An array as NumPy saved it, in C order. */
export interface NumpyArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array | Int32Array | BigInt64Array;
}

/** No array of an archive may be larger. */
const MAX_ARRAY_BYTES = 2 ** 30; // 1 GiB

/** The arrays of an .npz by name; throws a CommandFailure for what is no such archive. */
export function readNpz(archive: Uint8Array, name: string): Map<string, NumpyArray> {
  const files = unzipped(archive, name);
  return new Map(
    Object.entries(files).map(([entry, bytes]) => [
      entry.replace(/\.npy$/, ''),
      readNpy(bytes, `${entry} in ${name}`),
    ]),
  );
}

function unzipped(archive: Uint8Array, name: string): Record<string, Uint8Array> {
  try {
    return unzipSync(archive, {
      filter: (entry) => entry.name.endsWith('.npy') && entry.originalSize <= MAX_ARRAY_BYTES,
    });
  } catch (error) {
    throw new CommandFailure(`${name} is a damaged or cut short .npz archive: fetch or copy it again.`, 1, {
      cause: error,
    });
  }
}

/** One .npy file (format 1 to 3): unsigned bytes, or signed whole numbers of 32 or 64 bits. */
export function readNpy(bytes: Uint8Array, name: string): NumpyArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = bytes.length >= 12 && view.getUint32(0) === 0x934e554d && view.getUint16(4) === 0x5059;
  if (!magic) throw new CommandFailure(`${name} is no NumPy array.`);
  const wide = (bytes[6] ?? 1) > 1;
  const start = (wide ? 12 : 10) + (wide ? view.getUint32(8, true) : view.getUint16(8, true));
  const header = new TextDecoder().decode(bytes.subarray(wide ? 12 : 10, start));
  const type = /'descr':\s*'([^']+)'/.exec(header)?.[1] ?? '';
  const sizes = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  if (sizes === undefined || /'fortran_order':\s*True/.test(header))
    throw new CommandFailure(`${name} cannot be read: its header is ${header.trim()}.`);
  const shape = sizes
    .split(',')
    .filter((size) => size.trim() !== '')
    .map(Number);
  const count = shape.reduce((product, size) => product * size, 1);
  return { shape, data: numbers(bytes.slice(start), { type, count, name }) };
}

function numbers(
  body: Uint8Array<ArrayBuffer>,
  { type, count, name }: { readonly type: string; readonly count: number; readonly name: string },
): NumpyArray['data'] {
  const width = { '|u1': 1, '|i1': 1, '<i4': 4, '<i8': 8 }[type];
  if (width === undefined)
    throw new CommandFailure(`${name} holds numbers of the type ${type}, and whole numbers are wanted.`);
  if (body.length !== count * width)
    throw new CommandFailure(`${name} holds ${body.length} bytes where ${count * width} belong.`);
  if (width === 1) return body;
  return width === 4 ? new Int32Array(body.buffer) : new BigInt64Array(body.buffer);
}
