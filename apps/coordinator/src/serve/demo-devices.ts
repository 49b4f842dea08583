// The demo's three headless devices: child processes of this program that draw their digits.
import { type ChildProcess, spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AGREEMENT_FLAG } from '../device/index.ts';

const PROGRAM = fileURLToPath(new URL('../main.js', import.meta.url));
/** Time for a device to say goodbye. */
const GOODBYE_MS = 3_000;

const DEVICES = [
  { name: 'Pen 1', domain: 'pen' },
  { name: 'Pen 2', domain: 'pen' },
  { name: 'Marker', domain: 'marker' },
] as const;

/** The devices and the coordinator share this machine's cores: more threads than cores would only wait for each other. */
const THREADS = String(Math.max(1, Math.floor(availableParallelism() / (DEVICES.length + 1))));

export interface DemoOptions {
  readonly port: number;
  readonly dataDir: string;
  readonly joinCode?: string | undefined;
  readonly engine?: string | undefined;
  /** Told what a device says. */
  readonly onLine: (line: string) => void;
}

/** Starts the devices; returns how to end them. */
export function startDemoDevices(options: DemoOptions): () => Promise<void> {
  const children = DEVICES.map(({ name, domain }, index) => startDevice({ name, domain, index }, options));
  return async () => {
    await Promise.all(children.map(end));
  };
}

function startDevice(
  { name, domain, index }: { readonly name: string; readonly domain: string; readonly index: number },
  { port, dataDir, joinCode, engine, onLine }: DemoOptions,
): ChildProcess {
  const child = spawn(
    process.execPath,
    [
      PROGRAM,
      'device',
      `http://localhost:${port}`,
      ...['--drawn', domain, '--name', name, '--seed', String(index + 1)],
      // What they draw is nobody's picture.
      ...['--state', join(dataDir, 'devices', String(index + 1)), `--${AGREEMENT_FLAG}`],
      ...(joinCode === undefined ? [] : ['--join-code', joinCode]),
      ...(engine === undefined ? [] : ['--engine', engine]),
    ],
    // A group of their own: Ctrl-C reaches the coordinator, which then ends them in order. The channel tells them
    // when the coordinator was killed.
    {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      detached: process.platform !== 'win32',
      env: { TF_NUM_INTRAOP_THREADS: THREADS, TF_NUM_INTEROP_THREADS: THREADS, ...process.env },
    },
  );
  let rest = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = (lines.pop() ?? '').slice(-1_000);
    for (const line of lines) onLine(line);
  });
  process.once('exit', () => child.kill('SIGKILL'));
  return child;
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) {
      resolve();
      return;
    }
    const timer = setTimeout(() => child.kill('SIGKILL'), GOODBYE_MS);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill('SIGTERM');
  });
}
