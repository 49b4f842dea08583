// Files that the volunteer chose, as core reads files of any origin.
import type { NamedFile } from '@tessera/core/data';

/** A browser's file with its path inside the chosen or dropped folder. */
export interface ChosenFile {
  readonly path: string;
  readonly file: Blob;
}

/** Nothing is read until core asks for the bytes. */
export function namedFiles(chosen: readonly ChosenFile[]): NamedFile[] {
  return chosen.map(({ path, file }) => ({
    path,
    size: file.size,
    bytes: async () => new Uint8Array(await file.arrayBuffer()),
  }));
}
