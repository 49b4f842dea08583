// Processes of this very program that serve a demonstration, ended with it.
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Vitest runs the sources; processes need JavaScript, which the build has put into dist. */
const PROGRAM = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../dist/main.js' : '../main.js', import.meta.url),
);
/** Time for a child to say goodbye. */
const GOODBYE_MS = 3_000;

export interface ChildOptions {
  /** The command and its flags. */
  readonly line: readonly string[];
  /** Further variables of its environment; those of this process win. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Told what it says. */
  readonly onLine: (line: string) => void;
}

/** Starts a process; it ends when this one ends, however that happens. */
export function startChild({ line, environment = {}, cwd, onLine }: ChildOptions): ChildProcess {
  const child = spawn(
    process.execPath,
    [PROGRAM, ...line],
    // A group of their own: Ctrl-C reaches the parent, which then ends them in order. The channel tells them
    // when the parent was killed.
    {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: process.platform !== 'win32',
      env: { ...environment, ...process.env },
      ...(cwd !== undefined && { cwd }),
    },
  );
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = (lines.pop() ?? '').slice(-1_000);
      for (const said of lines) onLine(said);
    });
  }
  if (living.size === 0) process.once('exit', killAll);
  living.add(child);
  child.once('exit', () => living.delete(child));
  return child;
}

/** Children that have not ended. */
const living = new Set<ChildProcess>();

function killAll(): void {
  for (const child of living) child.kill('SIGKILL');
}

/** Ends a child in order, or at last without asking. */
export function endChild(child: ChildProcess): Promise<void> {
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
