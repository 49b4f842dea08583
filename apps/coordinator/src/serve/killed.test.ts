// The built program as people run it: the demo with its three device processes, killed without warning.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
/** Two starts of four processes each, on a machine that does other things as well. */
const LIMIT_MS = 300_000;

let folder: string;
let running: ChildProcess[];
beforeEach(async () => {
  running = [];
  folder = await mkdtemp(join(tmpdir(), 'tessera-killed-'));
});
afterEach(async () => {
  for (const child of running) child.kill('SIGKILL');
  await rm(folder, { recursive: true, maxRetries: 10 });
});

function serveDemo() {
  const settings = ['width=0.0625', 'stepsPerRound=2', 'zDim=8', 'batch=4'].flatMap((pair) => [
    '--set',
    pair,
  ]);
  const ports = ['--port', '0', '--https-port', '0', '--no-open'];
  const child = spawn(
    process.execPath,
    [PROGRAM, 'serve', '--demo', '--engine', 'wasm', ...ports, ...settings],
    {
      cwd: folder,
      env: { ...process.env, INIT_CWD: folder },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  running.push(child);
  let text = '';
  const waiting = new Set<() => void>();
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    text += part;
    for (const check of waiting) check();
  });
  /** Resolves to the first match of the program's log. */
  const says = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve) => {
      const check = () => {
        const found = pattern.exec(text);
        if (!found) return;
        waiting.delete(check);
        resolve(found);
      };
      waiting.add(check);
      check();
    });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { child, says, ended };
}

describe('the demo', { timeout: LIMIT_MS }, () => {
  it('COORD-35: goes on from the last committed round after kill -9, with the same devices, and ends at Ctrl-C', async () => {
    const first = serveDemo();
    const [, committed] = await first.says(/committed round=(\d+)/);
    first.child.kill('SIGKILL');
    await first.ended;
    const second = serveDemo();
    const [, resumed] = await second.says(/info round round=(\d+)/);
    expect(Number(resumed)).toBeGreaterThan(Number(committed));
    await second.says(new RegExp(`committed round=${resumed ?? ''}`));
    await second.says(/joined .*returning=true/);
    second.child.kill('SIGINT');
    expect(await second.ended).toBe(0);
    await second.says(/Stopped\. Everything up to round \d+ is kept/);
  });
});
