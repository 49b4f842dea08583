// Brings a known set into a folder: downloads what is missing, checks it, converts it.
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandFailure } from '../../cli/index.ts';
import { convertFile } from '../convert/convert-files.ts';
import { writeConvertedSet } from '../convert/converted-set.ts';
import type { KnownSet, PublishedFile } from '../known-sets.ts';
import { downloadFile, hashOf } from './download-file.ts';

/** Below a set's folder: what its publisher packed, kept so that a second try need not fetch it again. */
export const ORIGINALS_FOLDER = 'original';

const LINE_EVERY_MS = 2_000;
const MEGABYTE = 1e6;

/** How a set is brought. */
export interface GetOptions {
  readonly out: string;
  /** Another place that has the publisher's files under their own names. */
  readonly mirror?: string | undefined;
  readonly signal: AbortSignal;
  readonly print: (line: string) => void;
  readonly now?: () => number;
}

/** Downloads and converts a set into `out`/NAME, and returns that folder; throws a CommandFailure. */
export async function getSet(set: KnownSet, options: GetOptions): Promise<string> {
  const folder = join(options.out, set.name);
  const place = set.form === 'idx' ? folder : join(folder, ORIGINALS_FOLDER);
  await mkdir(place, { recursive: true });
  for (const file of set.files) await bring(file, join(place, file.name), options);
  if (set.form === 'idx') return folder;
  for (const file of set.files) {
    options.print(`converting ${file.name} …`);
    const converted = await convertFile(join(place, file.name));
    for (const note of converted.notes) options.print(note);
    await writeConvertedSet(converted, options.out);
  }
  return folder;
}

async function bring(file: PublishedFile, path: string, options: GetOptions): Promise<void> {
  if (await isThere(path)) {
    const same = file.md5 === undefined || (await hashOf(path, 'md5')) === file.md5;
    if (!same)
      throw new CommandFailure(
        `${path} is there already, and is not the publisher's file (another MD5): move it away to fetch it anew.`,
      );
    options.print(`${file.name} is there already.`);
    return;
  }
  const url = options.mirror === undefined ? file.url : `${options.mirror.replace(/\/+$/, '')}/${file.name}`;
  const { signal } = options;
  await downloadFile({ url, path, md5: file.md5, signal, onProgress: progressLines(file.name, options) });
  options.print(
    file.md5 === undefined
      ? `${file.name} fetched. Its publisher names no checksum; its SHA-256 is ${await hashOf(path, 'sha256')}.`
      : `${file.name} fetched; its MD5 is the publisher's.`,
  );
}

/** A line at once and then every two seconds, few enough for a log. */
function progressLines(name: string, { print, now = () => performance.now() }: GetOptions) {
  let printedAt = -Infinity;
  return (done: number, total: number | undefined) => {
    if (now() - printedAt < LINE_EVERY_MS) return;
    printedAt = now();
    const far = `${(done / MEGABYTE).toFixed(1)} MB`;
    print(`${name}: ${far}${total === undefined ? '' : ` of ${(total / MEGABYTE).toFixed(1)} MB`} …`);
  };
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}
