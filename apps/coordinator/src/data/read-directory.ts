// The files of a directory on this machine, as core reads files of any origin.
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { DataError, MAX_FILES, type NamedFile } from '@tessera/core/data';

/** All files below a directory in the order of their names, or the one file itself; throws `not-found`. */
export async function readDataDirectory(path: string): Promise<NamedFile[]> {
  const files: NamedFile[] = [];
  // The directory's own name is part of each path, so that a folder "cats" of loose pictures is of class "cats".
  await collect(resolve(path), basename(resolve(path)), files);
  return files;
}

async function collect(place: string, name: string, files: NamedFile[]): Promise<void> {
  const found = await readable(place, () => stat(place));
  if (found.isFile()) {
    files.push({ path: name, size: found.size, bytes: () => contentOf(place) });
    return;
  }
  if (!found.isDirectory()) return;
  const entries = await readable(place, () => readdir(place, { withFileTypes: true }));
  const visible = entries.filter((entry) => !entry.name.startsWith('.'));
  for (const entry of visible.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const child = join(place, entry.name);
    // A link to a directory may lead back up; links to files are followed.
    if (entry.isSymbolicLink() && !(await isFile(child))) continue;
    await collect(child, `${name}/${entry.name}`, files);
    if (files.length > MAX_FILES) {
      throw new DataError('too-large', `${name} holds more than ${MAX_FILES} files: name a smaller folder.`);
    }
  }
}

async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ?? false;
}

async function contentOf(path: string): Promise<Uint8Array> {
  return new Uint8Array(await readable(path, () => readFile(path)));
}

async function readable<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const why = code === 'ENOENT' ? 'does not exist' : `cannot be read (${String(code ?? error)})`;
    throw new DataError('not-found', `${path} ${why}: give a folder, zip or IDX directory that is there.`);
  }
}
