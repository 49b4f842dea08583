// Opening gzip and zip files with an upper bound on what comes out.
import { Gunzip, unzipSync } from 'fflate';
import { joinBytes } from './bytes.ts';
import { DataError } from './data-error.ts';
import { inMebibytes, MAX_FILES, MAX_UNPACKED_BYTES } from './limits.ts';

/** One file of a zip. */
export interface ZipEntry {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Compressed bytes inflated at a time; deflate expands at most 1,032-fold, so 64 KiB yield at most 66 MB. */
const GZIP_CHUNK_BYTES = 64 * 2 ** 10; // 64 KiB

/** Header (10) and trailer (8) of the smallest gzip file. */
const GZIP_FRAME_BYTES = 18;

/** Unpacks a gzip file; throws `gzip-damaged` when it is cut short, `too-large` beyond `room` bytes. */
export function gunzip(packed: Uint8Array, path: string, room = MAX_UNPACKED_BYTES): Uint8Array {
  const pieces: Uint8Array[] = [];
  let total = 0;
  let memberStart = 0;
  const stream = new Gunzip((piece) => {
    total += piece.length;
    if (total > room) throw tooLarge(path);
    pieces.push(piece);
  });
  stream.onmember = () => (memberStart = total);
  if (packed.length < GZIP_FRAME_BYTES) throw damaged('gzip', path);
  try {
    for (let at = 0; at < packed.length; at += GZIP_CHUNK_BYTES) {
      const end = at + GZIP_CHUNK_BYTES;
      stream.push(packed.subarray(at, end), end >= packed.length);
    }
  } catch (error) {
    throw error instanceof DataError ? error : damaged('gzip', path);
  }
  // The last four bytes state the length of the last member; fflate does not look at them (RFC 1952, 2.3.1).
  const stated = new DataView(packed.buffer, packed.byteOffset).getUint32(packed.length - 4, true);
  if (stated !== total - memberStart) throw damaged('gzip', path);
  return joinBytes(pieces);
}

/** The files of a zip that `wanted` accepts; throws `zip-damaged`, or `too-large` beyond `room` bytes in all. */
export function unzip(
  packed: Uint8Array,
  path: string,
  options: { readonly wanted: (entry: string) => boolean; readonly room?: number },
): ZipEntry[] {
  const room = options.room ?? MAX_UNPACKED_BYTES;
  let total = 0;
  let count = 0;
  try {
    const entries = unzipSync(packed, {
      filter: ({ name, originalSize }) => {
        if (name.endsWith('/') || !options.wanted(name)) return false;
        total += originalSize;
        count += 1;
        if (total > room) throw tooLarge(path);
        if (count > MAX_FILES) throw tooManyFiles();
        return true;
      },
    });
    return Object.entries(entries).map(([name, bytes]) => ({ path: name, bytes }));
  } catch (error) {
    throw error instanceof DataError ? error : damaged('zip', path);
  }
}

/** The error for a selection with more than MAX_FILES files. */
export function tooManyFiles(): DataError {
  return new DataError('too-large', `These are more than ${MAX_FILES} files: connect fewer at a time.`);
}

function tooLarge(path: string): DataError {
  return new DataError(
    'too-large',
    `Unpacked, ${path} (and any packed file before it) takes more than ${inMebibytes(MAX_UNPACKED_BYTES)}: ` +
      'connect a smaller part, or the unpacked folder.',
  );
}

function damaged(kind: 'gzip' | 'zip', path: string): DataError {
  return new DataError(
    `${kind}-damaged`,
    `${path} is a damaged or cut short ${kind} file: fetch or copy it again.`,
  );
}
