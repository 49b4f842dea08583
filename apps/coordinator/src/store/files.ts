// Files that are either whole or absent, also after a power cut.
import { type FileHandle, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes beside the target, flushes to the disk, then renames over it. */
export async function writeFileAtomically(
  path: string,
  content: string | Uint8Array,
  { mode = 0o644 }: { readonly mode?: number } = {},
): Promise<void> {
  const temporary = `${path}.new`;
  await writeFlushed(temporary, content, mode);
  await rename(temporary, path);
  await flushFolder(dirname(path));
}

/** Writes a file and flushes it to the disk. */
export async function writeFlushed(path: string, content: string | Uint8Array, mode = 0o644): Promise<void> {
  const file = await open(path, 'w', mode);
  await finish(file, async () => {
    await file.writeFile(content);
    await file.sync();
  });
}

/** Flushes a folder's list of names, so that a rename in it outlives a power cut. */
export async function flushFolder(path: string): Promise<void> {
  // Windows cannot open a folder; there a rename is already durable enough.
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  await finish(folder, () => folder.sync());
}

async function finish(file: FileHandle, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } finally {
    await file.close();
  }
}
