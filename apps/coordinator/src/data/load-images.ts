// The images of a headless device, from what stands behind --data.
import {
  classOfFolder,
  connectImages,
  DataError,
  type DataPart,
  type DataTarget,
  DRAWN_DOMAINS,
  type DrawnDomain,
  drawnImages,
  type ImageFolder,
  type ImageSet,
  narrowImages,
  POINT_MODES,
  pointsOfMode,
  requireEnoughImages,
  type SkippedFile,
} from '@tessera/core/data';
import { Random } from '@tessera/core/random';
import { decodePicture } from './decode-picture.ts';
import { GAUSSIANS, isGaussian, modesOfSource } from './gaussian-source.ts';
import { readDataDirectory } from './read-directory.ts';

export interface LoadOptions {
  /** A folder, a zip or an IDX directory; "drawn:pen", "drawn:marker", "drawn:segments"; or points, "gaussians:1" to "gaussians:9". */
  readonly source: string;
  readonly target: DataTarget;
  readonly part?: DataPart | undefined;
  /** At most so many images, chosen at random; drawn data has DRAWN_COUNT unless told otherwise. */
  readonly limit?: number | undefined;
  /** Only these classes of the run, by index. */
  readonly only?: readonly number[] | undefined;
  readonly invert?: boolean | 'auto' | undefined;
  readonly seed: number;
}

/** What was loaded, and what was not. */
export interface LoadedImages {
  readonly set: ImageSet;
  readonly folders: readonly ImageFolder[];
  readonly skipped: readonly SkippedFile[];
}

/** Images that are drawn for a device by default. */
export const DRAWN_COUNT = 2_000;

const DRAWN_PREFIX = 'drawn:';

/** Loads the images of a headless device; throws DataError with what to do. */
export async function loadImages(options: LoadOptions): Promise<LoadedImages> {
  const { source, target } = options;
  for (const index of options.only ?? []) {
    if (index < target.classes.length) continue;
    throw new DataError(
      'unknown-classes',
      `There is no class ${index}: the run has the classes 0 to ${target.classes.length - 1} (${target.classes.join(', ')}).`,
    );
  }
  if (isGaussian(source)) return drawnPoints(options);
  return source.startsWith(DRAWN_PREFIX) ? drawn(options) : fromFiles(options);
}

function drawnPoints({ source, target, part = 'train', limit, only, seed }: LoadOptions): LoadedImages {
  const [mode, ...others] = modesOfSource(source, POINT_MODES);
  if (mode === undefined || others.length > 0)
    throw new DataError(
      'not-found',
      `No points are drawn under the name "${source}": choose ${GAUSSIANS}:1 to ${GAUSSIANS}:${POINT_MODES}.`,
    );
  const random = new Random(`${source} ${seed} ${part}`);
  const all = pointsOfMode({ mode, count: limit ?? DRAWN_COUNT, random, target });
  const set = narrowImages(all, { only, random });
  requireEnoughImages(set.labels.length);
  return { set, folders: [], skipped: [] };
}

function drawn({ source, target, part, limit, only, seed }: LoadOptions): LoadedImages {
  const domain = drawnDomain(source.slice(DRAWN_PREFIX.length));
  const random = new Random(seed);
  const set = drawnImages({ domain, count: limit ?? DRAWN_COUNT, random, target, part, only });
  requireEnoughImages(set.labels.length);
  return { set, folders: [], skipped: [] };
}

async function fromFiles(options: LoadOptions): Promise<LoadedImages> {
  const { source, target, part, limit, only, invert, seed } = options;
  const files = await readDataDirectory(source);
  const mapping = only && unwantedLabels(target.classes, only);
  const connected = await connectImages(files, { target, decode: decodePicture, part, invert, mapping });
  const set = narrowImages(connected.set, { only, limit, random: new Random(seed) });
  requireEnoughImages(set.labels.length);
  return { set, folders: connected.folders, skipped: connected.skipped };
}

/** Where classes are chosen, IDX labels beyond them are no mistake but left out. */
function unwantedLabels(classes: readonly string[], only: readonly number[]): Map<string, 'skip'> {
  const labels = Array.from({ length: 256 }, (_, label) => String(label));
  const unwanted = labels.filter((label) => !only.includes(classOfFolder(label, classes) ?? -1));
  return new Map(unwanted.map((label) => [label, 'skip']));
}

function drawnDomain(name: string): DrawnDomain {
  const domain = DRAWN_DOMAINS.find((known) => known === name);
  if (domain) return domain;
  throw new DataError(
    'not-found',
    `Nothing is drawn under the name "${name}": choose ${DRAWN_DOMAINS.map((known) => DRAWN_PREFIX + known).join(', ')}.`,
  );
}
