// Turns whatever was chosen into a flat list of pictures and IDX files: zips and gzips opened, litter left out.
import type { SkippedFile } from './data-error.ts';
import { fileKind, namedLikeIdx } from './file-kind.ts';
import { inMebibytes, MAX_FILE_BYTES, MAX_FILES } from './limits.ts';
import {
  cleanPath,
  filesOfPart,
  isHidden,
  namedLikePicture,
  type NamedFile,
  type PartChoice,
  withoutOtherPart,
} from './named-file.ts';
import { gunzip, tooManyFiles, unzip } from './unpack.ts';

/** Which files are wanted. */
export interface ExpandOptions extends PartChoice {
  readonly signal?: AbortSignal | undefined;
}

/** The files to read, and those that were left out with the reason. */
export interface ExpandedFiles {
  readonly files: readonly NamedFile[];
  readonly skipped: readonly SkippedFile[];
}

/** Opens zips and gzips and drops what is hidden, chosen twice, too large, or of the other part. */
export async function expandFiles(
  chosen: readonly NamedFile[],
  options: ExpandOptions,
): Promise<ExpandedFiles> {
  if (chosen.length > MAX_FILES) throw tooManyFiles();
  const skipped: SkippedFile[] = [];
  const seen = new Set<string>();
  const visible = chosen
    .map((file) => renamed(file, cleanPath(file.path)))
    .filter((file) => {
      if (isHidden(file.path)) return false;
      const identity = `${file.size} ${file.path}`;
      if (seen.has(identity)) skipped.push({ path: file.path, reason: 'was chosen twice' });
      const fresh = !seen.has(identity);
      seen.add(identity);
      return fresh;
    });
  const files: NamedFile[] = [];
  for (const file of withoutOtherPart(visible, options)) {
    options.signal?.throwIfAborted();
    if (file.size > MAX_FILE_BYTES) {
      skipped.push({ path: file.path, reason: `is larger than ${inMebibytes(MAX_FILE_BYTES)}` });
    } else if (namedLikePicture(file.path)) {
      files.push(file);
    } else {
      for (const opened of openContainer(inMemory(file.path, await file.bytes()))) {
        if ('reason' in opened) skipped.push(opened);
        else files.push(opened);
      }
    }
    if (files.length > MAX_FILES) throw tooManyFiles();
  }
  return { files: filesOfPart(files, options), skipped };
}

/** A file whose bytes are at hand. */
interface OpenFile extends NamedFile {
  readonly content: Uint8Array;
}

function inMemory(path: string, content: Uint8Array): OpenFile {
  return { path, size: content.length, content, bytes: () => Promise.resolve(content) };
}

function renamed(file: NamedFile, path: string): NamedFile {
  return { path, size: file.size, bytes: () => file.bytes() };
}

/** The readable files inside a file: itself, what a gzip holds, or what a zip holds (one level deep). */
function openContainer(file: OpenFile, depth = 0): (NamedFile | SkippedFile)[] {
  const kind = fileKind(file.content);
  switch (kind) {
    case 'gzip':
      if (depth > 1) return [{ path: file.path, reason: 'is packed more than twice: unpack it first' }];
      return openContainer(inMemory(ungzippedName(file.path), gunzip(file.content, file.path)), depth + 1);
    case 'zip':
      if (depth > 0)
        return [{ path: file.path, reason: 'is a zip inside another packed file: unpack it first' }];
      return zipEntries(file).flatMap((entry) => openContainer(entry, 1));
    case 'heic':
      return [{ path: file.path, reason: 'is a HEIC photo: save it as JPEG first' }];
    case 'unknown':
      if (namedLikeIdx(file.path) || namedLikePicture(file.path)) return [file];
      return [{ path: file.path, reason: 'is neither a PNG, JPEG or WebP picture nor an IDX file' }];
    case 'png':
    case 'jpeg':
    case 'webp':
    case 'idx':
      return [file];
    default:
      return kind satisfies never;
  }
}

function zipEntries(zip: OpenFile): OpenFile[] {
  const wanted = (name: string) => !isHidden(cleanPath(name));
  return unzip(zip.content, zip.path, { wanted }).map((entry) =>
    inMemory(`${zip.path}/${cleanPath(entry.path)}`, entry.bytes),
  );
}

function ungzippedName(path: string): string {
  return path.replace(/\.gz(ip)?$/i, '');
}
