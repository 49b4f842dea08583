// Which class of the run a folder, or a label of an IDX file, stands for.

import { DataError, type FoundSoFar, type ImageFolder } from './data-error.ts';
import type { DataTarget } from './image-set.ts';

/** Folder name (or IDX label in digits) to class index, or 'skip' to leave it out. */
export type FolderMapping = ReadonlyMap<string, number | 'skip'>;

/**
 * The index of the class with that name (case and surrounding blanks aside); where no class is named by a number, a
 * number counts as an index. A loose picture ('') belongs to the only class of a run that has just one.
 */
export function classOfFolder(name: string, classes: readonly string[]): number | undefined {
  const named = classes.findIndex((known) => plain(known) === plain(name));
  if (named >= 0) return named;
  if (name === '') return classes.length === 1 ? 0 : undefined;
  const numbered = /^\d+$/.test(name) && !classes.some((known) => /^\d+$/.test(known.trim()));
  return numbered && Number(name) < classes.length ? Number(name) : undefined;
}

function plain(name: string): string {
  return name.normalize('NFC').trim().toLowerCase();
}

/** Applies a mapping and remembers how many images each folder had. */
export class FolderLedger {
  readonly #classes: readonly string[];
  readonly #mapping: FolderMapping;
  readonly #fallback: number | undefined;
  readonly #counts = new Map<string, number>();

  /** With `labelled` false what names no class counts as of the first, since nobody is told it */
  constructor(
    { classes, labelled = true }: Pick<DataTarget, 'classes' | 'labelled'>,
    mapping: FolderMapping = new Map(),
  ) {
    for (const [folder, index] of mapping) {
      if (index !== 'skip' && !(Number.isInteger(index) && index >= 0 && index < classes.length)) {
        throw new RangeError(
          `"${folder}" is mapped to class ${index}, and the run has ${classes.length} classes`,
        );
      }
    }
    this.#classes = classes;
    this.#mapping = mapping;
    this.#fallback = labelled ? undefined : 0;
  }

  /** The class that a folder's images get; 'skip' on request, undefined when the run has no such class. */
  classOf(folder: string): number | 'skip' | undefined {
    return this.#mapping.get(folder) ?? classOfFolder(folder, this.#classes) ?? this.#fallback;
  }

  /** Counts images found in the folder, used or not. */
  count(folder: string, images = 1): void {
    this.#counts.set(folder, (this.#counts.get(folder) ?? 0) + images);
  }

  /** Folders without a class that nobody has decided about. */
  get unknown(): string[] {
    return [...this.#counts.keys()].filter((folder) => this.classOf(folder) === undefined);
  }

  /** All folders in the order they were met. */
  get folders(): ImageFolder[] {
    return [...this.#counts].map(([name, count]) => {
      const index = this.classOf(name);
      return { name, count, classIndex: index === 'skip' ? undefined : index };
    });
  }

  /** The error for folders or labels that are no class of the run. */
  unknownClasses(found: FoundSoFar = {}): DataError {
    const names = this.unknown.map((name) => (name === '' ? 'pictures outside any folder' : `"${name}"`));
    const shown = names.length > 8 ? [...names.slice(0, 8), `${names.length - 8} more`] : names;
    return new DataError(
      'unknown-classes',
      `The run's classes are ${this.#classes.map((name) => `"${name}"`).join(', ')}, and these images belong to ` +
        `${shown.join(', ')}: say which class each stands for, or leave it out.`,
      { folders: this.folders, ...found },
    );
  }
}
