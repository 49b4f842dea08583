// A folder of files that appears whole or not at all, with checksums that tell when it was damaged later.
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import type { Files } from './checkpoint-files.ts';
import { flushFolder, writeFlushed } from './files.ts';

const MANIFEST = 'manifest.json';
const manifestSchema = z.record(
  z.string().regex(/^[a-z0-9-]+\.[a-z]+$/),
  z.strictObject({ bytes: z.int().min(0), sha256: z.string().length(64) }),
);

/** Names of folders that are being written or removed start so; they are leftovers after a crash. */
export const UNFINISHED_PREFIX = '.unfinished-';

/** Writes the files and their checksums under another name, flushes all to the disk, then renames. */
export async function writeCheckedFolder(path: string, files: Files): Promise<void> {
  const parent = dirname(path);
  const unfinished = join(parent, UNFINISHED_PREFIX + basename(path));
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished);
  for (const [name, content] of files) await writeFlushed(join(unfinished, name), content);
  const manifest = Object.fromEntries(
    [...files].map(([name, content]) => [name, { bytes: content.length, sha256: sha256(content) }]),
  );
  await writeFlushed(join(unfinished, MANIFEST), JSON.stringify(manifest, undefined, 1));
  await flushFolder(unfinished);
  // What may stand there already is damaged, or the last commit before its round was judged; the one before it is kept.
  await rm(path, { recursive: true, force: true });
  await rename(unfinished, path);
  await flushFolder(parent);
}

/** Reads the files; throws an Error that names the first one that is missing or damaged. */
export async function readCheckedFolder(path: string): Promise<Files> {
  const manifest = manifestSchema.parse(JSON.parse(await readFile(join(path, MANIFEST), 'utf8')));
  const files = new Map<string, Uint8Array>();
  for (const [name, { sha256: expected }] of Object.entries(manifest)) {
    const content = await readFile(join(path, name));
    if (sha256(content) !== expected) throw new Error(`${name} does not match its checksum`);
    files.set(name, content);
  }
  return files;
}

function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
