// A domain from pictures in folders named like their classes, with train/ and test/ or without.
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { connectImages, type ImageSet, type ImageShape, takeImages } from '@tessera/core/data';
import { Random } from '@tessera/core/random';
import { CommandFailure } from '../cli/index.ts';
import { decodePicture, readDataDirectory } from '../data/index.ts';
import type { FoundSets } from './domain.ts';

/** The share of each class that is kept for testing where there is no test/ folder. */
export const TEST_SHARE = 0.2;

const MAX_CLASSES = 256;

/** How pictures become sets. */
export interface PictureOptions {
  readonly shape: ImageShape;
  readonly seed: number;
  /** Pictures without one of the same name below this folder are left out. */
  readonly pairedWith?: string | undefined;
}

/** Both parts of a folder of pictures; throws a CommandFailure, or a DataError that says why pictures cannot be used. */
export async function readPictureSets(folder: string, options: PictureOptions): Promise<FoundSets> {
  const below = await subfolders(folder);
  const [trainFolder, testFolder] = [below.find(isNamed('train')), below.find(isNamed('test'))];
  if (trainFolder !== undefined && testFolder !== undefined)
    return readParts(
      { train: join(folder, trainFolder), test: join(folder, testFolder) },
      { ...options, folder },
    );
  if (trainFolder !== undefined || testFolder !== undefined) {
    const [has, lacks] = trainFolder === undefined ? ['test/', 'train/'] : ['train/', 'test/'];
    throw new CommandFailure(
      `${folder} has ${has} and no ${lacks}: make both, or put the class folders straight into it.`,
    );
  }
  const { set, notes } = await readPictures(folder, await classesOf(folder), { ...options, folder });
  const share = `${Math.round(100 * TEST_SHARE)} %`;
  return {
    ...splitByClass(set, new Random(`pictures ${options.seed}`)),
    notes: [
      ...notes,
      `${share} of each class, chosen at random, are the test images: there was no test folder.`,
    ],
  };
}

async function readParts(
  { train, test }: { readonly train: string; readonly test: string },
  options: WholeFolder,
): Promise<FoundSets> {
  const [classes, others] = [await classesOf(train), await classesOf(test)];
  const untested = classes.filter((name) => !others.includes(name));
  const untrained = others.filter((name) => !classes.includes(name));
  if (untested.length > 0 || untrained.length > 0) {
    const only = (names: readonly string[], where: string) =>
      names.length > 0 ? [`${names.join(', ')} only in ${where}`] : [];
    throw new CommandFailure(
      `The class folders differ: ${[...only(untested, train), ...only(untrained, test)].join('; ')}. Both parts need the same classes.`,
    );
  }
  const trained = await readPictures(train, classes, options);
  const tested = await readPictures(test, classes, options);
  return { train: trained.set, test: tested.set, notes: [...trained.notes, ...tested.notes] };
}

interface WholeFolder extends PictureOptions {
  /** Of both parts. */
  readonly folder: string;
}

/** The names that pairs go by, of all files below a folder. */
async function namesBelow(folder: string): Promise<ReadonlySet<string>> {
  return new Set((await readDataDirectory(folder)).map(({ path }) => pairName(path)));
}

/** Folder and name without the ending; a path begins with the folder that was read, which has its own place in the whole. */
function pairName(path: string, prefix = ''): string {
  const below = path.slice(path.indexOf('/') + 1);
  return join(prefix, below)
    .replaceAll('\\', '/')
    .replace(/\.[^./\\]+$/, '')
    .toLowerCase();
}

/** A class a folder, in the order of their names; numbers by size. */
async function classesOf(folder: string): Promise<string[]> {
  const classes = (await subfolders(folder)).sort(new Intl.Collator('en', { numeric: true }).compare);
  if (classes.length > 0 && classes.length <= MAX_CLASSES) return classes;
  throw new CommandFailure(
    classes.length === 0
      ? `${folder} holds neither IDX files nor folders of pictures: give one folder a class, or files like train-images-idx3-ubyte.`
      : `${folder} holds ${classes.length} folders, and at most ${MAX_CLASSES} classes can be told apart.`,
  );
}

async function readPictures(
  folder: string,
  classes: readonly string[],
  { shape, pairedWith, folder: whole }: WholeFolder,
): Promise<{ readonly set: ImageSet; readonly notes: readonly string[] }> {
  const all = await readDataDirectory(folder);
  const names = pairedWith === undefined ? undefined : await namesBelow(pairedWith);
  const prefix = relative(whole, folder);
  const files = names ? all.filter(({ path }) => names.has(pairName(path, prefix))) : all;
  if (files.length === 0 && pairedWith !== undefined)
    throw new CommandFailure(
      `no picture of ${folder} has one of the same name below ${pairedWith}: pairs have the same folder and name, as in shoe/17.png and shoe/17.jpg.`,
    );
  const target = { imageShape: shape, classes };
  const { set, skipped, counts } = await connectImages(files, { target, decode: decodePicture });
  const empty = classes.filter((_, i) => counts[i] === 0);
  if (empty.length > 0)
    throw new CommandFailure(
      `${folder} holds no usable picture of ${empty.join(', ')}: add some, or remove the folder.`,
    );
  const [first] = skipped;
  const left = `${skipped.length} file${skipped.length === 1 ? '' : 's'}`;
  return {
    set,
    notes: [
      ...(files.length < all.length
        ? [
            `${all.length - files.length} of ${all.length} files of ${folder} have no partner and are left out.`,
          ]
        : []),
      ...(first
        ? [`${left} of ${folder} could not be used, for example ${first.path}, which ${first.reason}.`]
        : []),
    ],
  };
}

/** A fifth of each class (at least one image) for testing, the rest for training. */
export function splitByClass(
  set: ImageSet,
  random: Random,
): { readonly train: ImageSet; readonly test: ImageSet } {
  const positions = Array.from(set.labels, (_, i) => i);
  const test = new Set(
    set.classNames.flatMap((_, label) => {
      const members = random.shuffle(positions.filter((i) => set.labels[i] === label));
      return members.slice(0, Math.max(1, Math.round(TEST_SHARE * members.length)));
    }),
  );
  return {
    train: takeImages(
      set,
      positions.filter((i) => !test.has(i)),
    ),
    test: takeImages(
      set,
      positions.filter((i) => test.has(i)),
    ),
  };
}

async function subfolders(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name);
}

function isNamed(wanted: string): (name: string) => boolean {
  return (name) => name.toLowerCase() === wanted;
}
