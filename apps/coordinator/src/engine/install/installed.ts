// What an installed tfjs-node looks like on disk, and the stamp that says who put it there.
import { access, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { checkLoad } from './check-load.ts';
import type { OnProgress } from './progress.ts';
import type { Machine } from './wheels.ts';

const bindingFolder = join('lib', 'napi-v8');
const STAMP = join(bindingFolder, 'tessera.json');

/** The compiled binding, relative to the package; it is put in place last, so that it stands for the whole. */
export const BINDING = join(bindingFolder, 'tfjs_binding.node');

const stampSchema = z.strictObject({
  method: z.enum(['own-installer', 'python-wheel', 'already-there']),
  tensorflow: z.string().max(40),
  arch: z.string().max(20),
});

/** What is installed: how it came there, TensorFlow's version, and the processor it is for. */
export type Stamp = z.infer<typeof stampSchema>;

/** How the library came to be there. */
export type InstallMethod = Stamp['method'];

/** Where to look for an installation. */
export interface Place {
  readonly packageFolder: string;
  readonly machine: Machine;
  readonly onProgress: OnProgress;
}

/** The stamp of a working installation, or undefined; one without a stamp is tried, and stamped if it loads. */
export async function findInstalled({
  packageFolder,
  machine,
  onProgress,
}: Place): Promise<Stamp | undefined> {
  if (!(await exists(join(packageFolder, BINDING)))) return undefined;
  const stamp = await readStamp(packageFolder);
  if (stamp?.arch === machine.arch && (await exists(join(packageFolder, 'deps', 'lib')))) return stamp;
  onProgress({ stage: 'load', text: 'trying the library that is there' });
  const check = await checkLoad(packageFolder);
  if (!check.ok) return undefined;
  const found: Stamp = { method: 'already-there', tensorflow: check.version, arch: machine.arch };
  await writeStamp(packageFolder, found);
  return found;
}

/** Removes whatever an installation left, the binding first: without it nothing looks installed. */
export async function removeInstalled(packageFolder: string): Promise<void> {
  for (const part of ['lib', 'deps']) await rm(join(packageFolder, part), { recursive: true, force: true });
}

/** Marks an installation as one that was seen to work. */
export async function writeStamp(packageFolder: string, stamp: Stamp): Promise<void> {
  await writeFile(join(packageFolder, STAMP), `${JSON.stringify(stamp)}\n`);
}

async function readStamp(packageFolder: string): Promise<Stamp | undefined> {
  try {
    return stampSchema.parse(JSON.parse(await readFile(join(packageFolder, STAMP), 'utf8')));
  } catch {
    return undefined; // Absent or not ours: the library is tried instead.
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
