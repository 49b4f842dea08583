// Opens packed files, one inside the other, with one limit on all that comes out.
import type { SkippedFile } from './data-error.ts';
import { fileKind, namedLikeIdx } from './file-kind.ts';
import { MAX_UNPACKED_BYTES } from './limits.ts';
import { cleanPath, isHidden, namedLikePicture, type NamedFile } from './named-file.ts';
import { gunzip, unzip } from './unpack.ts';

/** A file whose bytes are at hand. */
export interface OpenFile extends NamedFile {
  readonly content: Uint8Array;
}

/** A file of these bytes. */
export function inMemory(path: string, content: Uint8Array): OpenFile {
  return { path, size: content.length, content, bytes: () => Promise.resolve(content) };
}

/** Opens packed files: a gzip, a zip, gzips in a zip; all of them share one limit on what may come out. */
export class Opener {
  #room = MAX_UNPACKED_BYTES;
  readonly #skipped: SkippedFile[];

  constructor(skipped: SkippedFile[]) {
    this.#skipped = skipped;
  }

  /** The file itself or what is packed in it; what cannot be used is skipped with the reason. */
  open(file: OpenFile, depth = 0): NamedFile[] {
    const kind = fileKind(file.content);
    switch (kind) {
      case 'gzip':
        if (depth > 1) return this.#skip(file, 'is packed more than twice: unpack it first');
        return this.open(this.#gunzipped(file), depth + 1);
      case 'zip':
        if (depth > 0) return this.#skip(file, 'is a zip inside another packed file: unpack it first');
        return this.#unzipped(file).flatMap((entry) => this.open(entry, 1));
      case 'heic':
        return this.#skip(file, 'is a HEIC photo: save it as JPEG first');
      case 'unknown':
        if (namedLikeIdx(file.path) || namedLikePicture(file.path)) return [file];
        return this.#skip(file, 'is neither a PNG, JPEG or WebP picture nor an IDX file');
      case 'png':
      case 'jpeg':
      case 'webp':
      case 'idx':
        return [file];
      default:
        return kind satisfies never;
    }
  }

  #gunzipped(file: OpenFile): OpenFile {
    const content = gunzip(file.content, file.path, this.#room);
    this.#room -= content.length;
    return inMemory(file.path.replace(/\.gz(ip)?$/i, ''), content);
  }

  #unzipped(zip: OpenFile): OpenFile[] {
    const wanted = (name: string) => !isHidden(cleanPath(name));
    const entries = unzip(zip.content, zip.path, { wanted, room: this.#room });
    this.#room -= entries.reduce((sum, { bytes }) => sum + bytes.length, 0);
    return entries.map(({ path, bytes }) => inMemory(`${zip.path}/${cleanPath(path)}`, bytes));
  }

  #skip({ path }: OpenFile, reason: string): [] {
    this.#skipped.push({ path, reason });
    return [];
  }
}
