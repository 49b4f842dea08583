// Files and compressed bytes as plain byte arrays.
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import { CommandFailure } from '../cli/index.ts';

const packers = { gzip: promisify(gunzip), zlib: promisify(inflate) } as const;

/** Nothing unpacks to more than this. */
const MAX_UNPACKED_BYTES = 2 ** 30; // 1 GiB

/** The file's bytes; throws a CommandFailure where it cannot be read. */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return plain(await readFile(path));
  } catch (error) {
    throw new CommandFailure(`${path} cannot be read: name a file that is there.`, 1, { cause: error });
  }
}

/** What was packed; `path` is for the CommandFailure about damaged bytes. */
export async function unpackBytes(
  packed: Uint8Array,
  packer: keyof typeof packers,
  path: string,
): Promise<Uint8Array> {
  try {
    return plain(await packers[packer](packed, { maxOutputLength: MAX_UNPACKED_BYTES }));
  } catch (error) {
    throw new CommandFailure(`${path} is a damaged or cut short ${packer} file: fetch or copy it again.`, 1, {
      cause: error,
    });
  }
}

/** A Buffer's slice() is no copy, against what holds for every Uint8Array; here nobody shall meet one. */
function plain(bytes: Buffer): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}
