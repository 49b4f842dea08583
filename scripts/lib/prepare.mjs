// Brings a checkout to where its programs run: packages installed, sources built, native engine tried.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { root, runNode, runNpm, say, ScriptFailure, step } from './run.mjs';

/** The oldest Node that runs Tessera. */
const OLDEST_NODE = 20;
/** How long a refused engine installation is not tried again by `npm start`. */
const REFUSAL_HOLDS_MS = 24 * 60 * 60_000;

const cache = join(root, 'node_modules', '.cache', 'tessera');
const builtStamp = join(cache, 'built');
const refusedStamp = join(cache, 'engine-refused.json');

/** The coordinator's built program. */
export const mainProgram = join(root, 'apps', 'coordinator', 'dist', 'main.js');

/** Stops with clear words on a Node that is too old. */
export function checkNode() {
  if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE)
    throw new ScriptFailure(`Tessera needs Node ${OLDEST_NODE} or later; this is ${process.version}.`);
}

/** Installs the npm packages unless those of the lock file are there already. */
export async function installPackages() {
  if (packagesAreCurrent(readLock('package-lock.json'), readLock('node_modules/.package-lock.json'))) return;
  const command = existsSync(join(root, 'node_modules')) ? 'install' : 'ci';
  const { code, output } = await step('Installing npm packages', () => runNpm([command]));
  if (code !== 0)
    throw new ScriptFailure(`${output}\nnpm ${command} failed (see above). Is there a network connection?`);
}

function readLock(path) {
  try {
    return JSON.parse(readFileSync(join(root, path), 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** Whether every package of the lock file is installed in that version; optional ones may be missing. */
export function packagesAreCurrent(wanted, installed) {
  if (!wanted || !installed) return false;
  return Object.entries(wanted)
    .filter(([path, entry]) => path.includes('node_modules/') && !entry.link)
    .every(([path, entry]) => {
      const found = installed[path];
      return found ? found.version === entry.version : Boolean(entry.optional || entry.devOptional);
    });
}

/** Builds core, coordinator and web client unless nothing changed since the last build. */
export async function build() {
  const digest = sourceDigest();
  const outputs = [mainProgram, join(root, 'apps', 'web-client', 'dist', 'index.html')];
  if (outputs.every(existsSync) && readText(builtStamp) === digest) return;
  const { code, output } = await step('Building', () => runNpm(['run', '--silent', 'build']));
  if (code !== 0) throw new ScriptFailure(`${output}\nThe build failed (see above).`);
  write(builtStamp, digest);
}

/** One number for the content of everything that the build reads. */
function sourceDigest() {
  const hash = createHash('sha256');
  const workspaces = ['packages', 'apps'].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => join(root, folder, name)),
  );
  const files = [
    ...['package-lock.json', 'tsconfig.base.json', 'vite.config.ts'].map((name) => join(root, name)),
    ...workspaces.flatMap((folder) => filesUnder(folder)),
  ];
  for (const file of files.sort()) hash.update(`${relative(root, file)}\0`).update(readFileSync(file));
  return hash.digest('hex');
}

function filesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (['dist', 'dist-types', 'node_modules'].includes(entry.name)) return [];
    if (/\.test\.tsx?$|\.tsbuildinfo$/.test(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesUnder(path) : [path];
  });
}

/**
 * Tries to install the native engine; resolves to whether it is there. Its failure is never fatal: other engines
 * serve. A refusal is remembered for a day, unless `again` is set.
 */
export async function installEngine({ again = false } = {}) {
  const refusedAt = Number(readText(refusedStamp) ?? 0);
  if (!again && Date.now() - refusedAt < REFUSAL_HOLDS_MS) {
    say('TensorFlow’s library could not be installed lately; npm run tessera -- engine install tries again.');
    return false;
  }
  const { code } = await runNode([mainProgram, 'engine', 'install'], { show: true });
  if (code === 0) rmSync(refusedStamp, { force: true });
  else write(refusedStamp, String(Date.now()));
  return code === 0;
}

function readText(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

function write(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
