// Reads tar archives held in memory: plain files only (POSIX ustar and its forerunners).
import { CommandFailure } from '../../cli/index.ts';

const BLOCK_BYTES = 512;

/** One plain file of an archive. */
export interface TarEntry {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** The plain files in the order in which they were packed; throws a CommandFailure for a damaged archive. */
export function readTar(archive: Uint8Array, name: string): TarEntry[] {
  const entries: TarEntry[] = [];
  for (let at = 0; at + BLOCK_BYTES <= archive.length;) {
    const header = archive.subarray(at, at + BLOCK_BYTES);
    if (header.every((byte) => byte === 0)) return entries;
    const size = octal(header, 124, 12);
    const end = at + BLOCK_BYTES + size;
    if (Number.isNaN(size) || checksum(header) !== octal(header, 148, 8) || end > archive.length)
      throw damaged(name);
    const type = header[156] ?? 0;
    // '0' and, in old archives, a zero byte mark plain files; folders, links and extended headers are passed over.
    if (type === 0x30 || type === 0)
      entries.push({ path: pathOf(header), bytes: archive.subarray(at + BLOCK_BYTES, end) });
    at += BLOCK_BYTES + Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES;
  }
  throw damaged(name);
}

function pathOf(header: Uint8Array): string {
  const prefix = textAt(header, 257, 5) === 'ustar' ? textAt(header, 345, 155) : '';
  const name = textAt(header, 0, 100);
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** The sum of the header's bytes, its own field taken as blanks. */
function checksum(header: Uint8Array): number {
  return header.reduce((sum, byte, i) => sum + (i >= 148 && i < 156 ? 0x20 : byte), 0);
}

function octal(header: Uint8Array, at: number, length: number): number {
  const digits = textAt(header, at, length).trim();
  return /^[0-7]+$/.test(digits) ? parseInt(digits, 8) : NaN;
}

function textAt(header: Uint8Array, at: number, length: number): string {
  const field = header.subarray(at, at + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
}

function damaged(name: string): CommandFailure {
  return new CommandFailure(`${name} is a damaged or cut short tar archive: fetch or copy it again.`);
}
