// Files as the platform hands them over, and what their paths say: hidden or not, which folder, which part.

/** A file of any origin: an input field, a drop, a directory, a zip. */
export interface NamedFile {
  /** Relative, with '/' between folders: "digits/3/001.png". */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  bytes(): Promise<Uint8Array>;
}

/** Training or held-out images of a set that distinguishes them. */
export type DataPart = 'train' | 'test';

const PARTS: Readonly<Record<string, DataPart>> = {
  train: 'train',
  training: 'train',
  test: 'test',
  testing: 'test',
  t10k: 'test',
};
const LITTER = ['__macosx', 'thumbs.db', 'desktop.ini'];
const PICTURE_NAME = /\.(png|jpe?g|webp)$/i;

/** The path without anything that could lead out of its folder, and without characters that cannot be shown. */
export function cleanPath(path: string): string {
  return path
    .replaceAll('\\', '/')
    .replaceAll(/\p{Cc}/gu, '')
    .split('/')
    .filter((part) => part !== '' && part !== '.' && part !== '..')
    .join('/');
}

/** Files that systems leave behind and people do not see. */
export function isHidden(path: string): boolean {
  return path.split('/').some((part) => part.startsWith('.') || LITTER.includes(part.toLowerCase()));
}

/** Whether the name is that of a picture; its content is still looked at. */
export function namedLikePicture(path: string): boolean {
  return PICTURE_NAME.test(path);
}

/** The folder that names the class: the nearest one that is not "train" or "test"; '' for a loose file. */
export function classFolder(path: string, classes: readonly string[]): string {
  const folders = path.split('/').slice(0, -1);
  const name = folders.findLast((folder) => partOfFolder(folder, classes) === undefined) ?? '';
  return name.replace(/\.zip$/i, '');
}

/** Which part a file belongs to by its own name ("t10k-images…") or its folders; undefined when nothing says so. */
export function partOf(path: string, classes: readonly string[]): DataPart | undefined {
  const parts = path.split('/');
  const name = parts.pop() ?? '';
  const prefix = /^([a-z0-9]+)[-_.]/i.exec(name)?.[1];
  if (prefix !== undefined && !namedLikePicture(name)) {
    const part = PARTS[prefix.toLowerCase()];
    if (part) return part;
  }
  return parts.map((folder) => partOfFolder(folder, classes)).findLast((part) => part !== undefined);
}

/** A run may have a class called "train": then a folder of that name is the class. */
function partOfFolder(folder: string, classes: readonly string[]): DataPart | undefined {
  const name = folder.toLowerCase().replace(/\.zip$/, '');
  return classes.some((known) => known.toLowerCase() === name) ? undefined : PARTS[name];
}

/** The part that is wanted (undefined: the training part where there is one), and the classes of the run. */
export interface PartChoice {
  readonly part?: DataPart | undefined;
  readonly classes: readonly string[];
}

/** Drops the files that are marked as the other part, so that they need not even be read. */
export function withoutOtherPart<F extends { readonly path: string }>(
  files: readonly F[],
  choice: PartChoice,
): F[] {
  const parts = files.map((file) => partOf(file.path, choice.classes));
  const wanted = choice.part ?? parts.find((part) => part === 'train');
  return files.filter((_, i) => wanted === undefined || (parts[i] ?? wanted) === wanted);
}

/** The files of the wanted part; those that say nothing of parts count as training files. */
export function filesOfPart<F extends { readonly path: string }>(
  files: readonly F[],
  choice: PartChoice,
): F[] {
  const parts = files.map((file) => partOf(file.path, choice.classes) ?? 'train');
  const wanted = choice.part ?? (parts.includes('train') ? 'train' : 'test');
  return files.filter((_, i) => parts[i] === wanted);
}
