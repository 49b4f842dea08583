// Builds tfjs-node's native part from the TensorFlow library inside a Python wheel.
import { constants } from 'node:fs';
import { copyFile, link, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { compileBinding, findCompiler } from './compile-binding.ts';
import type { DownloadContext } from './download-wheel.ts';
import { BINDING, removeInstalled } from './installed.ts';
import { cachedLibrary } from './library-cache.ts';
import { InstallRefusal } from './refusal.ts';
import { wheelFor, type Machine, type Wheel } from './wheels.ts';

/** Where the library comes from and goes to. */
export interface WheelInstall extends DownloadContext {
  readonly packageFolder: string;
  readonly cacheFolder: string;
  readonly machine: Machine;
}

/** Puts libraries and binding into the package, or throws an InstallRefusal and leaves the package as it was. */
export async function installFromWheel(install: WheelInstall): Promise<void> {
  const { packageFolder, cacheFolder, machine, onProgress } = install;
  const wheel = wheelFor(machine);
  if (!wheel) throw unsupported(machine);
  const compiler = await findCompiler(install.env); // before 200 MB are downloaded in vain
  const library = await cachedLibrary(wheel, cacheFolder, install);
  const stage = await mkdtemp(join(packageFolder, '.unfinished-'));
  try {
    await placeLibraries(library, join(stage, 'deps', 'lib'), wheel);
    onProgress({ stage: 'compile', text: `compiling the binding with ${compiler}` });
    await compileBinding({
      compiler,
      platform: machine.platform,
      packageFolder,
      libraryFolder: library,
      nodeHeaders: nodeHeadersFolder(),
      wheel,
      output: join(stage, BINDING),
    });
    await removeInstalled(packageFolder);
    await rename(join(stage, 'deps'), join(packageFolder, 'deps'));
    await rename(join(stage, 'lib'), join(packageFolder, 'lib'));
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
}

/** Hard links where cache and project share a file system (instant, no second copy on disk), else copies. */
async function placeLibraries(library: string, folder: string, wheel: Wheel): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of wheel.libraries) {
    const from = join(library, 'lib', name);
    const to = join(folder, name);
    await link(from, to).catch(() => copyFile(from, to, constants.COPYFILE_FICLONE));
  }
}

function nodeHeadersFolder(): string {
  const require = createRequire(import.meta.url);
  return join(dirname(require.resolve('node-api-headers/package.json')), 'include');
}

function unsupported(machine: Machine): InstallRefusal {
  const library = machine.platform === 'linux' && !machine.glibc ? ' without the GNU C library' : '';
  return new InstallRefusal(
    'unsupported',
    `no TensorFlow library is known for ${machine.platform} on ${machine.arch}${library}`,
    'Nothing needs to be done: another engine serves instead, wasm in the worst case, more slowly.',
  );
}
