// What can be wrong with connected images: one error class with a code, and words that say what to do.

/** Every fault that ends an attempt to connect images. */
export const DATA_ERROR_CODES = [
  'no-files',
  'not-found',
  'no-images',
  'too-few-images',
  'unknown-classes',
  'wrong-data',
  'idx-malformed',
  'idx-truncated',
  'idx-shape',
  'idx-unpaired',
  'idx-count',
  'gzip-damaged',
  'zip-damaged',
  'too-large',
  'copy-damaged',
  'storage-full',
  'storage-unavailable',
] as const;

export type DataErrorCode = (typeof DATA_ERROR_CODES)[number];

/** A file that was left out, and why. */
export interface SkippedFile {
  readonly path: string;
  readonly reason: string;
}

/** A folder of images (or a label of an IDX file) and the run's class that it stands for. */
export interface ImageFolder {
  readonly name: string;
  /** Images that were found in it. */
  readonly count: number;
  /** Undefined: no class of the run has this name, or the volunteer leaves it out. */
  readonly classIndex: number | undefined;
}

/** What had been found when connecting failed, so that nothing need be guessed or looked up again. */
export interface FoundSoFar {
  readonly folders?: readonly ImageFolder[];
  readonly skipped?: readonly SkippedFile[];
}

/** Images cannot be connected; the message says what happened and what to do. */
export class DataError extends Error {
  override readonly name = 'DataError';
  readonly code: DataErrorCode;
  readonly folders: readonly ImageFolder[];
  readonly skipped: readonly SkippedFile[];

  constructor(code: DataErrorCode, message: string, found: FoundSoFar = {}) {
    super(message);
    this.code = code;
    this.folders = found.folders ?? [];
    this.skipped = found.skipped ?? [];
  }
}
