// Makes the npm package tfjs-node work on this machine: the sequence of steps, whole or not at all.
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import { checkLoad } from './check-load.ts';
import { installFromWheel } from './from-wheel.ts';
import { findInstalled, removeInstalled, writeStamp, type InstallMethod, type Stamp } from './installed.ts';
import { userCacheFolder } from './library-cache.ts';
import { ownInstallerServes, runOwnInstaller } from './own-installer.ts';
import type { OnProgress } from './progress.ts';
import { InstallRefusal, type RefusalCode } from './refusal.ts';
import { thisMachine, type Machine } from './wheels.ts';

/** Where to install from and to. */
export interface InstallSettings {
  readonly packageFolder: string;
  readonly cacheFolder: string;
  readonly machine: Machine;
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;
  /** Installs again although everything is in place. */
  readonly force: boolean;
  readonly onProgress: OnProgress;
}

/** What came of an installation. */
export type InstallOutcome =
  | {
      readonly status: 'installed' | 'already-installed';
      readonly method: InstallMethod;
      /** The version of the TensorFlow library. */
      readonly tensorflow: string;
    }
  | { readonly status: 'refused'; readonly code: RefusalCode; readonly why: string; readonly help: string };

/** Makes tfjs-node work with settings that suit this machine; see `installTfjsNode`. */
export async function installOnThisMachine(
  wishes: Pick<InstallSettings, 'env' | 'force' | 'onProgress'>,
): Promise<InstallOutcome> {
  const packageFolder = tfjsNodeFolder();
  if (packageFolder === undefined)
    return {
      status: 'refused',
      code: 'package-missing',
      why: 'the npm package @tensorflow/tfjs-node is not installed',
      help: 'Run npm install (without --omit=optional) in the project, then this again.',
    };
  const machine = thisMachine();
  const home = homedir();
  const cacheFolder = userCacheFolder(machine.platform, wishes.env, home);
  return installTfjsNode({ ...wishes, packageFolder, cacheFolder, machine, home });
}

/** Makes tfjs-node work; resolves to what came of it, and leaves nothing half done. */
export async function installTfjsNode(settings: InstallSettings): Promise<InstallOutcome> {
  const { packageFolder, env } = settings;
  try {
    const before = settings.force ? undefined : await findInstalled(settings);
    if (before) return outcome('already-installed', before);
    settings.onProgress({ stage: 'reach', text: "asking whether tfjs-node's own download can be reached" });
    if (await ownInstallerServes(packageFolder, env)) {
      settings.onProgress({ stage: 'own-installer', text: "running tfjs-node's own installer" });
      const ended = await runOwnInstaller(packageFolder, env);
      const stamp = ended
        ? await stampIfItLoads(settings, 'own-installer').catch(() => undefined)
        : undefined;
      if (stamp) return outcome('installed', stamp);
      await removeInstalled(packageFolder);
    }
    await installFromWheel(settings);
    return outcome('installed', await stampIfItLoads(settings, 'python-wheel'));
  } catch (error) {
    return refusalOf(error, settings);
  }
}

/** The folder of the npm package tfjs-node; undefined when npm did not install it. */
export function tfjsNodeFolder(): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-node/package.json'));
  } catch {
    return undefined;
  }
}

async function stampIfItLoads(settings: InstallSettings, method: InstallMethod): Promise<Stamp> {
  settings.onProgress({ stage: 'load', text: 'trying the new library' });
  const check = await checkLoad(settings.packageFolder);
  if (!check.ok) {
    await removeInstalled(settings.packageFolder);
    throw new InstallRefusal(
      'load',
      `the library is in place but does not load: ${check.why}`,
      'Nothing is broken by it: another engine serves instead. Please report the words above.',
    );
  }
  const stamp: Stamp = { method, tensorflow: check.version, arch: settings.machine.arch };
  await writeStamp(settings.packageFolder, stamp);
  return stamp;
}

function outcome(status: 'installed' | 'already-installed', stamp: Stamp): InstallOutcome {
  return { status, method: stamp.method, tensorflow: stamp.tensorflow };
}

function refusalOf(error: unknown, settings: InstallSettings): InstallOutcome {
  if (error instanceof InstallRefusal)
    return { status: 'refused', code: error.code, why: error.message, help: error.help };
  if (error instanceof Error && 'syscall' in error)
    return {
      status: 'refused',
      code: 'disk',
      why: error.message,
      help: `Make sure that ${settings.packageFolder} and ${settings.cacheFolder} can be written and have 1 GB free.`,
    };
  throw error;
}
