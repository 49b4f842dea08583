// Loads a domain: finds its files or draws it, cuts it down, transforms it, brings it into the run's shape.
import { stat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import {
  DataError,
  DRAWN_DOMAINS,
  drawnImages,
  DIGITS,
  type DataPart,
  type ImageSet,
  type ImageShape,
  narrowImages,
  padImages,
  resizeImages,
  transformImages,
} from '@tessera/core/data';
import { Random } from '@tessera/core/random';
import { CommandFailure, nearestWord, PROGRAM } from '../cli/index.ts';
import { GAUSSIANS, isGaussian } from '../data/index.ts';
import { type Domain, type DomainDescription, domainFailure, type FoundSets, thousands } from './domain.ts';
import { gaussianDomain } from './gaussian-domain.ts';
import { readIdxSets } from './idx-domain.ts';
import { holdsIdxFiles } from './idx-folder.ts';
import { KNOWN_SETS, knownSet } from './known-sets.ts';
import { onlyClasses } from './only-classes.ts';
import { readPictureSets } from './picture-domain.ts';

/** Images of a drawn domain, unless the description limits them. */
export const DRAWN_TRAIN = 12_000;
export const DRAWN_TEST = 2_000;

const DRAWN_PREFIX = 'drawn:';
const SIZES: readonly number[] = [28, 32];
const DEFAULT_SIZE = 28;

/**
 * Loads a domain whose files lie below `dataDir` (undefined: no --data was given). A path is looked for below `dataDir`
 * and then below `beside`, the folder of the experiment's file. Throws a CommandFailure that says what to do.
 */
export async function loadDomain(
  description: DomainDescription,
  dataDir: string | undefined,
  beside = process.cwd(),
): Promise<Domain> {
  const { name, source, pairedWith } = description;
  if (description.transform === 'colour' && description.imageChannels === 1)
    throw domainFailure(
      name,
      'the transform "colour" makes 3 channels, and 1 is asked for: drop one of the two.',
    );
  try {
    if (isGaussian(source)) return gaussianDomain(description);
    const found = source.startsWith(DRAWN_PREFIX)
      ? drawn(description)
      : await fromFiles(description, await findFolder(source, dataDir, beside), {
          pairs: pairedWith === undefined ? undefined : await findFolder(pairedWith, dataDir, beside),
        });
    return finished(description, found);
  } catch (error) {
    if (!(error instanceof DataError || error instanceof CommandFailure)) throw error;
    throw domainFailure(name, error.message, { cause: error });
  }
}

function drawn(description: DomainDescription): FoundSets {
  const { source, transform, only, limit, testLimit, imageSize = DEFAULT_SIZE, seed = 0 } = description;
  const wanted = source.slice(DRAWN_PREFIX.length);
  const domain = DRAWN_DOMAINS.find((known) => known === wanted);
  if (!domain) {
    const known = DRAWN_DOMAINS.map((each) => DRAWN_PREFIX + each).join(', ');
    throw new CommandFailure(`nothing is drawn under the name "${source}": choose ${known}.`);
  }
  // Colours of its own would stand in the way of those that the transform gives.
  const channels = transform === 'colour' ? 1 : (description.imageChannels ?? 1);
  const target = { imageShape: [imageSize, imageSize, channels] as const, classes: DIGITS };
  const draw = (part: DataPart, count: number) =>
    drawnImages({ domain, count, random: new Random(`drawn ${seed}`), target, part, only });
  return {
    train: draw('train', limit ?? DRAWN_TRAIN),
    test: draw('test', testLimit ?? DRAWN_TEST),
    notes: [],
  };
}

interface FoundFolder {
  readonly folder: string;
  /** The source as a known set's name. */
  readonly set?: string;
}

async function fromFiles(
  description: DomainDescription,
  { folder, set }: FoundFolder,
  { pairs }: { readonly pairs: FoundFolder | undefined },
): Promise<FoundSets> {
  const { imageSize = DEFAULT_SIZE, imageChannels = 1, transform, seed = 0 } = description;
  const known = set === undefined ? undefined : knownSet(set);
  if (pairs && (known || (await holdsIdxFiles(folder))))
    throw new CommandFailure(
      'pairs are found by the names of pictures, and IDX files have none: drop pairedWith.',
    );
  if (known) {
    return readIdxSets(folder, known).catch((error: unknown) => {
      if (!(error instanceof CommandFailure)) throw error;
      throw new CommandFailure(`${error.message} ${whereToGet(known.name)}`, 1, { cause: error });
    });
  }
  if (await holdsIdxFiles(folder)) return readIdxSets(folder);
  const channels = transform === 'colour' ? 3 : imageChannels;
  return readPictureSets(folder, {
    shape: [imageSize, imageSize, channels],
    seed,
    pairedWith: pairs?.folder,
  });
}

/** Cuts the sets down, then fits them, so that nothing is fitted in vain. */
function finished(description: DomainDescription, found: FoundSets): Domain {
  const { name, only, limit, testLimit } = description;
  const all = only ? { train: onlyClasses(found.train, only), test: onlyClasses(found.test, only) } : found;
  const train = fitted(cutDown(all.train, limit, random(description, 'train')), description, 'train');
  const test = fitted(cutDown(all.test, testLimit, random(description, 'test')), description, 'test');
  const notes = [
    ...found.notes,
    ...limitNote('training', train, all.train),
    ...limitNote('test', test, all.test),
  ];
  return { name, classes: all.train.classNames, train, test, notes };
}

function cutDown(set: ImageSet, limit: number | undefined, draws: Random): ImageSet {
  return limit === undefined ? set : narrowImages(set, { limit, random: draws });
}

function limitNote(kind: string, kept: ImageSet, all: ImageSet): string[] {
  if (kept.labels.length === all.labels.length) return [];
  return [`${thousands(kept.labels.length)} of ${thousands(all.labels.length)} ${kind} images are used.`];
}

function fitted(set: ImageSet, description: DomainDescription, part: DataPart): ImageSet {
  const { transform, imageChannels } = description;
  const sized = withSide(set, description.imageSize);
  const changed = transform ? transformImages(sized, transform, random(description, `look ${part}`)) : sized;
  const [height, width, channels] = changed.shape;
  return imageChannels === undefined || imageChannels === channels
    ? changed
    : resizeImages(changed, [height, width, imageChannels]);
}

/** Images of 28 pixels get a frame where 32 are wanted; all others are cropped to a square and averaged. */
function withSide(set: ImageSet, wish: number | undefined): ImageSet {
  const [height, width, channels] = set.shape;
  const side = wish ?? height;
  if (wish === undefined && !(height === width && SIZES.includes(height))) {
    throw new CommandFailure(
      `its images are ${height}x${width} pixels, and runs train on 28x28 or 32x32: say imageSize: 28 or 32, and they are fitted.`,
    );
  }
  const shape: ImageShape = [side, side, channels];
  if (height === side && width === side) return set;
  return height === 28 && width === 28 && side === 32 ? padImages(set, side) : resizeImages(set, shape);
}

/** Every choice has a stream of its own. */
function random({ seed = 0 }: DomainDescription, purpose: string): Random {
  return new Random(`domain ${seed} ${purpose}`);
}

async function findFolder(source: string, dataDir: string | undefined, beside: string): Promise<FoundFolder> {
  const known = knownSet(source);
  if (known && dataDir === undefined) {
    throw new CommandFailure(
      `"${source}" is read from files: give --data DIR, the folder in which ${known.name}/ lies. ${whereToGet(known.name)} Drawn data (${DRAWN_PREFIX}pen) needs no files.`,
    );
  }
  if (known && dataDir !== undefined) {
    const folder = join(dataDir, known.name);
    if (await isFolder(folder)) return { folder, set: known.name };
    throw new CommandFailure(`there is no folder ${folder}. ${whereToGet(known.name)}`);
  }
  const places = isAbsolute(source)
    ? [source]
    : [...(dataDir === undefined ? [] : [join(dataDir, source)]), resolve(beside, source)];
  for (const folder of places) if (await isFolder(folder)) return { folder };
  throw new CommandFailure(`there is no folder ${places.join(' and no folder ')}.${didYouMean(source)}`);
}

function whereToGet(name: string): string {
  return `"${PROGRAM} data" tells where to get it, "${PROGRAM} data get ${name} --out DIR" fetches it.`;
}

function didYouMean(source: string): string {
  const names = [
    ...KNOWN_SETS.map(({ name }) => name),
    ...DRAWN_DOMAINS.map((domain) => DRAWN_PREFIX + domain),
    GAUSSIANS,
  ];
  const nearest = nearestWord(source.toLowerCase(), names);
  return nearest === undefined ? ` Known sets are ${names.join(', ')}.` : ` Did you mean ${nearest}?`;
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() ?? false;
}
