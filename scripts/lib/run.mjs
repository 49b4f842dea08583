// Runs other programs for the scripts of this folder, and shows that something is going on.
import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { performance } from 'node:perf_hooks';
import { clearInterval, setInterval } from 'node:timers';
import { fileURLToPath } from 'node:url';

/** The repository's folder. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const STILL_RUNNING_EVERY_MS = 10_000;
const running = new Set();

/** While children run, a signal ends them first; otherwise it ends this process as always. */
function stopChildren(signal) {
  for (const child of running) child.kill(signal);
  process.exit(130);
}

function startWatching(child) {
  if (running.size === 0) for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stopChildren);
  running.add(child);
}

function stopWatching(child) {
  running.delete(child);
  if (running.size === 0) for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, stopChildren);
}

/**
 * Runs a program in the repository and resolves to its exit code and output.
 * With `show` its output goes straight to the terminal, else it is kept.
 */
export function run(command, args, { show = false, env = {} } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: show ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
    });
    startWatching(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => (output += text));
    }
    const finish = (code) => {
      stopWatching(child);
      resolve({ code: code ?? 1, output });
    };
    child.on('error', (error) => {
      output += `${command}: ${error.message}\n`;
      finish(127);
    });
    child.on('close', finish);
  });
}

/** Runs a Node program of the repository or of one of its packages. */
export function runNode(args, options) {
  return run(process.execPath, args, options);
}

/** Runs npm: the very one that started this script, where there is one. */
export function runNpm(args, options) {
  const own = process.env.npm_execpath;
  if (own?.endsWith('.js')) return runNode([own, ...args], options);
  return run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, options);
}

/** Whether a program answers to `--version`. */
export async function answers(command) {
  return (await run(command, ['--version'])).code === 0;
}

/** Does `work`, with its title before, a sign of life meanwhile, and the time it took after it. */
export async function step(title, work) {
  const start = performance.now();
  const seconds = () => ((performance.now() - start) / 1000).toFixed(1);
  say(`${title} …`);
  const timer = setInterval(() => say(`${title} … ${seconds()} s`), STILL_RUNNING_EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    say(`${title}: ${seconds()} s`);
  }
}

/** One line to standard error, so that standard output stays for results. */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** An expected failure of a script: its message is all that is shown. */
export class ScriptFailure extends Error {}

/** Runs a script's main function; an expected failure ends it with one clear message and exit code 1. */
export async function main(script) {
  try {
    await script();
  } catch (error) {
    if (!(error instanceof ScriptFailure)) throw error;
    say(error.message);
    process.exitCode = 1;
  }
}
