// The unpacked TensorFlow library, kept outside the project so that every checkout on this machine shares it.
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256Of } from './checksum.ts';
import { downloadWheel, type DownloadContext } from './download-wheel.ts';
import { unpackWheel } from './unpack-wheel.ts';
import type { Wheel } from './wheels.ts';

/** What identifies one unpacked library: it lies in its folder only when it is whole. */
const MANIFEST = 'checksums.json';

/** The folder in which this user's programs keep what they can fetch again. */
export function userCacheFolder(platform: string, env: NodeJS.ProcessEnv, home: string): string {
  if (env.XDG_CACHE_HOME) return join(env.XDG_CACHE_HOME, 'tessera');
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'tessera');
  if (platform === 'win32' && env.LOCALAPPDATA) return join(env.LOCALAPPDATA, 'tessera', 'cache');
  return join(home, '.cache', 'tessera');
}

/** The folder with `lib/` and `include/` of the wheel; downloads it when the cache does not hold it whole. */
export async function cachedLibrary(
  wheel: Wheel,
  cacheFolder: string,
  context: DownloadContext,
): Promise<string> {
  const folder = join(cacheFolder, `${wheel.project}-${wheel.version}-${wheel.sha256.slice(0, 12)}`);
  if (await isWhole(folder, wheel, context)) return folder;
  await mkdir(cacheFolder, { recursive: true });
  const stage = await mkdtemp(join(cacheFolder, 'unfinished-'));
  try {
    const file = await downloadWheel(wheel, stage, context);
    const unpacked = join(stage, 'unpacked');
    await unpackWheel(file, unpacked, { wheel, onProgress: context.onProgress });
    await writeFile(join(unpacked, MANIFEST), JSON.stringify(await checksums(unpacked, wheel)));
    await rm(folder, { recursive: true, force: true });
    await rename(unpacked, folder);
    return folder;
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
}

async function isWhole(folder: string, wheel: Wheel, context: DownloadContext): Promise<boolean> {
  try {
    const expected = await readFile(join(folder, MANIFEST), 'utf8');
    context.onProgress({ stage: 'verify', text: 'checking the library in the cache' });
    return expected === JSON.stringify(await checksums(folder, wheel));
  } catch {
    return false; // Never downloaded, or a file of it is gone.
  }
}

async function checksums(folder: string, wheel: Wheel): Promise<Record<string, string>> {
  const entries: [string, string][] = [];
  for (const library of wheel.libraries)
    entries.push([library, await sha256Of(join(folder, 'lib', library))]);
  return Object.fromEntries(entries);
}
