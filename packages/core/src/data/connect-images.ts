// Connects a volunteer's files: finds the images, fits them to the run, gives each its class.
import { FolderLedger, type FolderMapping } from './class-of-folder.ts';
import { DataError, type ImageFolder, type SkippedFile } from './data-error.ts';
import { contentOf, expandFiles } from './expand-files.ts';
import { fileKind, namedLikeIdx, type PictureKind } from './file-kind.ts';
import type { IdxFile } from './idx-pairs.ts';
import { addIdxFiles } from './connect-idx.ts';
import { PictureReader, type ImageDecoder } from './connect-picture.ts';
import { readIdx } from './idx.ts';
import {
  classCounts,
  requireEnoughImages,
  requirePictures,
  type DataTarget,
  type ImageSet,
} from './image-set.ts';
import type { DataPart, NamedFile } from './named-file.ts';
import { SetBuilder, type ImagePreview } from './set-builder.ts';

export interface ConnectOptions {
  readonly target: DataTarget;
  readonly decode: ImageDecoder;
  /** Default: everything, or the training part where both parts are present. */
  readonly part?: DataPart | undefined;
  /** Light grounds to dark ones; 'auto' looks at the edges of grey images. Default false. */
  readonly invert?: boolean | 'auto' | undefined;
  /** Overrides the match by name. */
  readonly mapping?: FolderMapping | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The connected set, with everything the volunteer should see about it; nothing of it leaves the device. */
export interface ConnectedImages {
  readonly set: ImageSet;
  /** Images per class of the run. */
  readonly counts: readonly number[];
  /** Every folder (or IDX label) with the class it was given. */
  readonly folders: readonly ImageFolder[];
  readonly skipped: readonly SkippedFile[];
  readonly previews: readonly ImagePreview[];
  readonly inverted: boolean;
  /** All images are of one class: welcome, and worth a note. */
  readonly singleClass: boolean;
}

/** Connects images from IDX pairs, folders of pictures, loose pictures and zips of any of these; throws DataError. */
export async function connectImages(
  chosen: readonly NamedFile[],
  options: ConnectOptions,
): Promise<ConnectedImages> {
  const { target, part, signal, mapping, onProgress, invert = false } = options;
  requirePictures(target);
  if (chosen.length === 0) {
    throw new DataError(
      'no-files',
      'There are no files here: choose pictures, a folder, a zip or an IDX pair.',
    );
  }
  const expanded = await expandFiles(chosen, { part, signal, classes: target.classes });
  const skipped = [...expanded.skipped];
  const folders = new FolderLedger(target, mapping);
  const builder = new SetBuilder(target);
  const pictures = new PictureReader({ target, decode: options.decode, folders, builder });
  const idxFiles: IdxFile[] = [];
  for (const [done, file] of expanded.files.entries()) {
    signal?.throwIfAborted();
    onProgress?.(done, expanded.files.length);
    const content = await contentOf(file, skipped);
    if (!content) continue;
    const kind = fileKind(content);
    if (isPicture(kind)) {
      const reason = await pictures.add({ path: file.path, content, kind });
      if (reason !== undefined) skipped.push({ path: file.path, reason });
    } else if (kind === 'idx' || namedLikeIdx(file.path)) {
      idxFiles.push({ path: file.path, array: readIdx(content, file.path) });
    } else {
      skipped.push({ path: file.path, reason: 'is no picture, whatever its name says' });
    }
  }
  addIdxFiles(idxFiles, { target, folders, builder });
  onProgress?.(expanded.files.length, expanded.files.length);
  requireUsableImages({ count: builder.count, folders, skipped, target });
  const { set, previews, inverted } = builder.finish(invert);
  const counts = classCounts(set);
  const isLabelled = target.labelled !== false;
  const singleClass = isLabelled && counts.filter((count) => count > 0).length === 1;
  return { set, counts, folders: folders.folders, skipped, previews, inverted, singleClass };
}

function isPicture(kind: string): kind is PictureKind {
  return kind === 'png' || kind === 'jpeg' || kind === 'webp';
}

/** Says why nothing, or too little, is left to train on. */
function requireUsableImages(found: {
  readonly count: number;
  readonly folders: FolderLedger;
  readonly skipped: readonly SkippedFile[];
  readonly target: DataTarget;
}): void {
  const { count, folders, skipped, target } = found;
  const details = { folders: folders.folders, skipped };
  if (count === 0 && folders.unknown.length > 0) throw folders.unknownClasses(details);
  if (count === 0) {
    const [first] = skipped;
    const example = first ? ` (${first.path} ${first.reason})` : '';
    const wanted =
      target.labelled === false
        ? ', a zip of them, or an IDX file of images'
        : ` in folders named like the run's classes (${target.classes.join(', ')}), a zip of them, or an IDX pair`;
    throw new DataError(
      'no-images',
      `None of these files can be used${example}: connect PNG, JPEG or WebP pictures${wanted}.`,
      details,
    );
  }
  requireEnoughImages(count, details);
}
