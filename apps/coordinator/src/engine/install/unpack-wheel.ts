// Takes from a wheel (a zip file) only what tfjs-node needs: two libraries and the C interface's headers.
import { Unzip, UnzipInflate, UnzipPassThrough, type UnzipFile } from 'fflate';
import { closeSync, createReadStream, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import type { OnProgress } from './progress.ts';
import type { Wheel } from './wheels.ts';

const headerFolders = ['tensorflow/c/', 'tensorflow/core/platform/', 'tsl/'];
const includePrefix = 'tensorflow/include/';
const READ_CHUNK_BYTES = 1 << 20; // 1 MiB

/** Where a file of the wheel goes, relative to the library's folder; undefined for what is not needed. */
export function destinationOf(name: string, wheel: Pick<Wheel, 'libraries'>): string | undefined {
  if (normalize(name) !== name || name.endsWith('/')) return undefined;
  const library = wheel.libraries.find((file) => name === `tensorflow/${file}`);
  if (library) return join('lib', library);
  if (!name.startsWith(includePrefix)) return undefined;
  const header = name.slice(includePrefix.length);
  return headerFolders.some((folder) => header.startsWith(folder)) ? join('include', header) : undefined;
}

/** Unpacks the needed files of the wheel at `path` into `folder`; returns where each library lies. */
export async function unpackWheel(
  path: string,
  folder: string,
  { wheel, onProgress }: { readonly wheel: Wheel; readonly onProgress: OnProgress },
): Promise<void> {
  const faults: Error[] = [];
  const unzip = new Unzip((file) => {
    const destination = destinationOf(file.name, wheel);
    if (destination !== undefined) writeEntry(file, join(folder, destination), faults);
  });
  unzip.register(UnzipPassThrough);
  unzip.register(UnzipInflate);
  let done = 0;
  for await (const chunk of createReadStream(path, {
    highWaterMark: READ_CHUNK_BYTES,
  }) as AsyncIterable<Buffer>) {
    done += chunk.length;
    unzip.push(chunk, done === wheel.bytes);
    if (faults[0]) throw faults[0];
    onProgress({ stage: 'unpack', text: 'unpacking the library', done, total: wheel.bytes });
  }
}

function writeEntry(file: UnzipFile, path: string, faults: Error[]): void {
  mkdirSync(dirname(path), { recursive: true });
  const descriptor = openSync(path, 'w');
  file.ondata = (error, data, final) => {
    try {
      if (error) throw error;
      writeFileSync(descriptor, data);
    } catch (fault) {
      faults.push(fault instanceof Error ? fault : new Error(String(fault)));
    }
    if (final) closeSync(descriptor);
  };
  file.start();
}
