// Where a headless device keeps its memory: a folder of its own, never shared by two at once.
import { join } from 'node:path';
import { TesseraError } from '@tessera/core/protocol';
import { lockDirectory, prepareDataDirectory } from '../store/index.ts';

/** Devices of one name that may run in one place at once. */
const MAX_TWINS = 64;

/** A folder that is this process's until `release`. */
export interface StateFolder {
  readonly path: string;
  readonly release: () => Promise<void>;
}

/** The folder as told; else the first free one of this name under .tessera/devices. */
export async function takeStateFolder(
  name: string,
  { cwd, told }: { readonly cwd: string; readonly told?: string | undefined },
): Promise<StateFolder> {
  if (told !== undefined) return take(told);
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-') || 'device';
  for (let twin = 1; twin <= MAX_TWINS; twin++) {
    const path = join(cwd, '.tessera', 'devices', twin === 1 ? plain : `${plain}-${twin}`);
    try {
      return await take(path);
    } catch (error) {
      if (!(error instanceof TesseraError && error.code === 'data-directory-in-use')) throw error;
    }
  }
  throw new TesseraError(
    'data-directory-in-use',
    `${MAX_TWINS} devices of the name "${name}" run here already.`,
  );
}

async function take(path: string): Promise<StateFolder> {
  await prepareDataDirectory(path);
  return { path, release: await lockDirectory(path) };
}
