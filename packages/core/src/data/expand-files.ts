// Turns whatever was chosen into a flat list of pictures and IDX files: zips and gzips opened, litter left out.
import type { SkippedFile } from './data-error.ts';
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
import { inMemory, Opener } from './opener.ts';
import { tooManyFiles } from './unpack.ts';

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
  const files: NamedFile[] = [];
  const opener = new Opener(skipped);
  for (const file of withoutOtherPart(visibleFiles(chosen, skipped), options)) {
    options.signal?.throwIfAborted();
    if (file.size > MAX_FILE_BYTES) {
      skipped.push({ path: file.path, reason: `is larger than ${inMebibytes(MAX_FILE_BYTES)}` });
    } else if (namedLikePicture(file.path)) {
      files.push(file);
    } else {
      const content = await contentOf(file, skipped);
      if (content) files.push(...opener.open(inMemory(file.path, content)));
    }
    if (files.length > MAX_FILES) throw tooManyFiles();
  }
  return { files: filesOfPart(files, options), skipped };
}

/** The file's bytes; one that cannot be read (removed, locked, a card pulled out) is skipped with the reason. */
export async function contentOf(file: NamedFile, skipped: SkippedFile[]): Promise<Uint8Array | undefined> {
  try {
    return await file.bytes();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    skipped.push({ path: file.path, reason: `cannot be read (${why})` });
    return undefined;
  }
}

/** The files that people see, each once, under harmless paths. */
function visibleFiles(chosen: readonly NamedFile[], skipped: SkippedFile[]): NamedFile[] {
  const seen = new Set<string>();
  return chosen.flatMap((file) => {
    const path = cleanPath(file.path);
    if (isHidden(path)) return [];
    const identity = `${file.size} ${path}`;
    if (seen.has(identity)) {
      skipped.push({ path, reason: 'was chosen twice' });
      return [];
    }
    seen.add(identity);
    return [{ path, size: file.size, bytes: () => file.bytes() }];
  });
}
