// Runs another program to its end, within a time limit, and says how it went.
import { spawn } from 'node:child_process';

/** How a program ended; a program that could not be started has `code` null and says why in `stderr`. */
export interface ChildResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

/** What a program is started with. */
export interface ChildSettings {
  readonly limitMs: number;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** The most characters kept of each output stream: the last ones count. */
const OUTPUT_LIMIT = 1 << 20; // 1 Mi characters

/** Runs `command` and waits for its end; never throws, never outlives the limit. */
export function runChild(
  command: string,
  args: readonly string[],
  settings: ChildSettings,
): Promise<ChildResult> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(settings.cwd !== undefined && { cwd: settings.cwd }),
      ...(settings.env !== undefined && { env: settings.env }),
    });
    let stdout = '';
    let stderr = '';
    let timedOut = false;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout = (stdout + text).slice(-OUTPUT_LIMIT);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-OUTPUT_LIMIT);
    });
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill('SIGKILL');
    }, settings.limitMs);
    const stopWithParent = () => child.kill('SIGKILL');
    process.once('exit', stopWithParent);
    const finish = (code: number | null) => {
      clearTimeout(timer);
      process.off('exit', stopWithParent);
      resolve({ code, stdout, stderr, timedOut });
    };
    child.on('error', (error) => {
      stderr += error.message;
      finish(null);
    });
    child.on('close', finish);
  });
}

/** The last line of a program's output that says anything. */
export function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() ?? '';
}
