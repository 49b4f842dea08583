// A set that was converted from its publisher's form, and how it is written as IDX files.
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DataPart } from '@tessera/core/data';
import { writeIdxImages, writeIdxLabels } from '../../report/idx-files.ts';
import { CLASSES_FILE, type IdxPart } from '../idx-folder.ts';

/** One or both parts of a set. */
export interface ConvertedSet {
  /** The name of the set, and so of its folder. */
  readonly name: string;
  readonly classes: readonly string[];
  readonly parts: Partial<Readonly<Record<DataPart, IdxPart>>>;
  readonly notes: readonly string[];
}

/** Writes the parts and the names of the classes into a folder of the set's name; returns that folder. */
export async function writeConvertedSet(set: ConvertedSet, out: string): Promise<string> {
  const folder = join(out, set.name);
  await mkdir(folder, { recursive: true });
  for (const [part, prefix] of [
    ['train', 'train'],
    ['test', 't10k'],
  ] as const) {
    const content = set.parts[part];
    if (!content) continue;
    const count = content.labels.length;
    const dimensions = content.shape[2] === 1 ? 3 : 4;
    await finished(join(folder, `${prefix}-images-idx${dimensions}-ubyte.gz`), (path) =>
      writeIdxImages(path, content.images, [count, ...content.shape]),
    );
    await finished(join(folder, `${prefix}-labels-idx1-ubyte.gz`), (path) =>
      writeIdxLabels(path, content.labels),
    );
  }
  await finished(join(folder, CLASSES_FILE), (path) => writeFile(path, `${set.classes.join('\n')}\n`));
  return folder;
}

/** Writes beside the place and renames, so that half a file is never taken for a whole one. */
async function finished(path: string, write: (path: string) => Promise<void>): Promise<void> {
  const beside = path.replace(/[^/\\]+$/, (name) => `.new-${name}`);
  await write(beside);
  await rename(beside, path);
}
