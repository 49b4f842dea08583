// tfjs-node's own install script: it downloads a finished library and binding from its authors' storage.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runChild } from '../child.ts';

const REACH_LIMIT_MS = 3_000;
const INSTALL_LIMIT_MS = 10 * 60_000;

/** Whether the storage that tfjs-node's own installer downloads from answers at all. */
export async function ownInstallerServes(packageFolder: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const text = await readFile(join(packageFolder, 'package.json'), 'utf8');
  const host = env.TFJS_NODE_CDN_STORAGE ?? (JSON.parse(text) as { binary?: { host?: string } }).binary?.host;
  if (!host) return false;
  try {
    // Any answer proves the way is open; the storage's root itself may well be forbidden.
    await fetch(host, { method: 'HEAD', signal: AbortSignal.timeout(REACH_LIMIT_MS) });
    return true;
  } catch {
    return false;
  }
}

/** Runs that installer; returns whether it ended well. What it leaves behind when it did not is for the caller to remove. */
export async function runOwnInstaller(packageFolder: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const result = await runChild(process.execPath, [join('scripts', 'install.js')], {
    limitMs: INSTALL_LIMIT_MS,
    cwd: packageFolder,
    env,
  });
  return result.code === 0;
}
