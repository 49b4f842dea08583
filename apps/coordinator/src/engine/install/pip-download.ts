// Downloads a wheel through pip, which knows the user's index, proxies and certificates.
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lastLine, runChild } from '../child.ts';
import { DOWNLOAD_LIMIT_MS, downloadTitle, type DownloadRequest } from './download-request.ts';
import type { OnProgress } from './progress.ts';
import type { Wheel } from './wheels.ts';

/** How pip is started: a program and its first arguments. */
export type Pip = readonly [program: string, ...args: string[]];

const PROBE_LIMIT_MS = 20_000;
const WATCH_INTERVAL_MS = 500;
const pipCommands: readonly Pip[] = [['python3', '-m', 'pip'], ['pip3'], ['pip']];

/** The first pip that answers; undefined when there is none. */
export async function findPip(env: NodeJS.ProcessEnv): Promise<Pip | undefined> {
  for (const pip of pipCommands) {
    const [program, ...args] = pip;
    const { code } = await runChild(program, [...args, '--version'], { limitMs: PROBE_LIMIT_MS, env });
    if (code === 0) return pip;
  }
  return undefined;
}

/** Downloads with pip; resolves to what went wrong, or to undefined when the wheel is there. */
export async function downloadWithPip(pip: Pip, request: DownloadRequest): Promise<string | undefined> {
  const { wheel, folder, env, onProgress } = request;
  // A requirements file lets pip itself refuse any file but the one whose checksum we know.
  const requirements = join(folder, 'requirements.txt');
  await writeFile(requirements, `${wheel.project}==${wheel.version} --hash=sha256:${wheel.sha256}\n`);
  const [program, ...args] = pip;
  const stopWatching = watchSize(folder, wheel, onProgress);
  const result = await runChild(
    program,
    [
      ...args,
      ...['download', '--no-deps', '--only-binary=:all:', '--no-cache-dir', '--retries', '2'],
      ...['--python-version', wheel.pip.pythonVersion, '--implementation', 'cp'],
      ...['--platform', wheel.pip.platform, '--require-hashes', '-r', requirements, '--dest', folder],
    ],
    // pip keeps the growing file in its temporary folder: ours, so that its size can be watched.
    { limitMs: DOWNLOAD_LIMIT_MS, env: { ...env, TMPDIR: folder } },
  );
  stopWatching();
  if (result.timedOut) return `no end after ${DOWNLOAD_LIMIT_MS / 60_000} minutes`;
  return result.code === 0 ? undefined : lastLine(result.stderr) || `exit status ${String(result.code)}`;
}

function watchSize(folder: string, wheel: Wheel, onProgress: OnProgress): () => void {
  const text = downloadTitle(wheel);
  onProgress({ stage: 'download', text, done: 0, total: wheel.bytes });
  const timer = setInterval(() => {
    void largestFile(folder).then((done) => {
      onProgress({ stage: 'download', text, done: Math.min(done, wheel.bytes), total: wheel.bytes });
    });
  }, WATCH_INTERVAL_MS);
  return () => {
    clearInterval(timer);
  };
}

async function largestFile(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        (file) => file.size,
        () => 0, // pip moved it away between the two looks.
      ),
    ),
  );
  return Math.max(0, ...sizes);
}
