// Looks through a folder of image sets: what is there, what is wrong with it.
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { classCounts, type ImageShape } from '@tessera/core/data';
import { CommandFailure } from '../cli/index.ts';
import { findIdxFile, holdsIdxFiles } from './idx-folder.ts';
import { type KnownSet, knownSet } from './known-sets.ts';
import { loadDomain } from './load-domain.ts';

/** What was found in one folder. */
export type FolderCheck =
  | {
      readonly folder: string;
      readonly usable: true;
      readonly shape: ImageShape;
      readonly classes: readonly string[];
      readonly train: number;
      readonly test: number;
      /** The fewest and the most training images of a class. */
      readonly perClass: readonly [fewest: number, most: number];
      readonly notes: readonly string[];
    }
  | { readonly folder: string; readonly usable: false; readonly why: string };

/** How much of a known set lies below a data folder. */
export type Presence = 'yes' | 'partly' | 'no';

/** Reads every set in a folder: the folder's own IDX files or pictures, else those of the folders in it. */
export async function checkFolder(folder: string): Promise<FolderCheck[]> {
  const below = await subfolders(folder);
  const own = knownSet(basename(folder)) !== undefined || (await holdsIdxFiles(folder));
  const sets = own ? [] : await setsAmong(folder, below);
  if (sets.length === 0) return [await checkSet(folder)];
  const checks: FolderCheck[] = [];
  for (const name of sets) checks.push(await checkSet(join(folder, name)));
  return checks;
}

/** Whether the four files of a known set lie below `dataDir`; their content is not looked at. */
export async function presenceOf(set: KnownSet, dataDir: string): Promise<Presence> {
  const folder = join(dataDir, set.name);
  if (!(await isFolder(folder))) return 'no';
  const files = await Promise.all(
    (['train', 'test'] as const).flatMap((part) => [
      findIdxFile(folder, part, 'images'),
      findIdxFile(folder, part, 'labels'),
    ]),
  );
  const found = files.filter((file) => file !== undefined).length;
  return found === files.length ? 'yes' : found === 0 ? 'no' : 'partly';
}

/** The folders that are sets themselves: of a known name, or with IDX files. */
async function setsAmong(folder: string, names: readonly string[]): Promise<string[]> {
  const sets: string[] = [];
  for (const name of names)
    if (knownSet(name) !== undefined || (await holdsIdxFiles(join(folder, name)))) sets.push(name);
  return sets.sort();
}

async function checkSet(folder: string): Promise<FolderCheck> {
  const name = basename(folder);
  const description = knownSet(name) ? { name, source: name } : { name, source: folder };
  try {
    const { train, test, classes, notes } = await loadDomain(description, dirname(folder));
    const counts = classCounts(train).filter((count) => count > 0);
    const perClass = [Math.min(...counts), Math.max(...counts)] as const;
    const sizes = { train: train.labels.length, test: test.labels.length };
    return { folder, usable: true, shape: train.shape, classes, ...sizes, perClass, notes };
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return { folder, usable: false, why: error.message };
  }
}

async function subfolders(folder: string): Promise<string[]> {
  if (!(await isFolder(folder))) throw new CommandFailure(`There is no folder ${folder}.`);
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name);
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}
