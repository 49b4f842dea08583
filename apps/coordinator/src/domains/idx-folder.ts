// A folder of IDX files in the manner of MNIST: two files of images, two of labels, perhaps names of the classes.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DataPart, idxImageShape, type IdxArray, type ImageSet, readIdx } from '@tessera/core/data';
import { CommandFailure } from '../cli/index.ts';
import { readBytes, unpackBytes } from './read-bytes.ts';

/** Names of the classes, one a line, where a folder holds such a file. */
export const CLASSES_FILE = 'classes.txt';

const MAX_CLASSES = 256;

type Content = 'images' | 'labels';

/** What one part of a folder holds; the class names may not be known yet. */
export type IdxPart = Omit<ImageSet, 'classNames'>;

const PART_NAMES: Readonly<Record<DataPart, { readonly pattern: string; readonly usual: string }>> = {
  train: { pattern: 'train(ing)?', usual: 'train' },
  test: { pattern: '(t10k|test(ing)?)', usual: 't10k' },
};

/** Whether a folder holds files named like IDX files. */
export async function holdsIdxFiles(folder: string): Promise<boolean> {
  return (await readdir(folder)).some((name) => /idx\d?-ubyte(\.gz)?$/i.test(name));
}

/** The file of that content; undefined where there is none. An uncompressed one is taken before its .gz. */
export async function findIdxFile(
  folder: string,
  part: DataPart,
  content: Content,
): Promise<string | undefined> {
  const pattern = new RegExp(
    `^${PART_NAMES[part].pattern}[-_.]${content}[-_.]?(idx\\d)?[-_.]?ubyte(\\.gz)?$`,
    'i',
  );
  const found = (await readdir(folder)).filter((name) => pattern.test(name));
  const name = found.sort((a, b) => a.length - b.length)[0];
  return name === undefined ? undefined : join(folder, name);
}

/** The name under which a file is usually looked for. */
export function usualName(part: DataPart, content: Content): string {
  return `${PART_NAMES[part].usual}-${content}-idx${content === 'images' ? 3 : 1}-ubyte`;
}

/** Images and labels of one part; throws a CommandFailure or the DataError of a damaged file. */
export async function readIdxPart(folder: string, part: DataPart): Promise<IdxPart> {
  const images = await readIdxFile(await wantedFile(folder, part, 'images'));
  const labels = await readIdxFile(await wantedFile(folder, part, 'labels'));
  if (images.shape.length < 3)
    throw new CommandFailure(`${images.path} holds no images: its numbers are ${images.shape.join('x')}.`);
  if (labels.shape.length !== 1)
    throw new CommandFailure(`${labels.path} holds no labels: its numbers are ${labels.shape.join('x')}.`);
  const [count = 0] = images.shape;
  if (count !== labels.data.length) {
    throw new CommandFailure(
      `${images.path} holds ${count} images and ${labels.path} ${labels.data.length} labels: these do not belong together.`,
    );
  }
  const shape = idxImageShape(images);
  if (shape[2] !== 1 && shape[2] !== 3)
    throw new CommandFailure(
      `${images.path} holds images of ${shape[2]} channels: grey (1) and colour (3) can be used.`,
    );
  return { shape, images: images.data, labels: labels.data };
}

/** The names of the classes in the folder's classes.txt; undefined without one. */
export async function readClassNames(folder: string): Promise<string[] | undefined> {
  if (!(await readdir(folder)).includes(CLASSES_FILE)) return undefined;
  const path = join(folder, CLASSES_FILE);
  const lines = (await readFile(path, 'utf8')).split(/\r?\n/).map((line) => line.trim());
  const names = lines.filter((line) => line !== '');
  if (names.length === 0 || names.length > MAX_CLASSES || new Set(names).size < names.length)
    throw new CommandFailure(`${path} must hold 1 to ${MAX_CLASSES} different class names, one a line.`);
  return names;
}

async function wantedFile(folder: string, part: DataPart, content: Content): Promise<string> {
  const found = await findIdxFile(folder, part, content);
  if (found !== undefined) return found;
  throw new CommandFailure(`${join(folder, usualName(part, content))} (or .gz) is missing.`);
}

async function readIdxFile(path: string): Promise<IdxArray & { readonly path: string }> {
  const raw = await readBytes(path);
  return { path, ...readIdx(/\.gz$/i.test(path) ? await unpackBytes(raw, 'gzip', path) : raw, path) };
}
