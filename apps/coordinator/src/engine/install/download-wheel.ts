// Brings a wheel onto this machine: through pip where there is one, else straight from the configured index.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { lastLine, runChild } from '../child.ts';
import type { OnProgress } from './progress.ts';
import { addressOf, configuredIndex, projectPage, wheelAddress } from './python-index.ts';
import { InstallRefusal } from './refusal.ts';
import type { Wheel } from './wheels.ts';

/** What a download needs to know of its surroundings. */
export interface DownloadContext {
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;
  readonly onProgress: OnProgress;
}

const DOWNLOAD_LIMIT_MS = 30 * 60_000;
const PAGE_LIMIT_MS = 20_000;
const PIP_PROBE_LIMIT_MS = 20_000;
const WATCH_INTERVAL_MS = 500;
const pipCommands = [['python3', '-m', 'pip'], ['pip3'], ['pip']] as const satisfies readonly (readonly [
  string,
  ...string[],
])[];

/** Downloads the wheel into `folder`, checks its SHA-256, and returns its path. */
export async function downloadWheel(wheel: Wheel, folder: string, context: DownloadContext): Promise<string> {
  const faults: string[] = [];
  const pip = await findPip(context.env);
  const index = configuredIndex(context.env, context.home);
  if (pip) {
    const fault = await downloadWithPip({ pip, wheel, folder, context });
    if (fault === undefined) return verified(wheel, folder, context);
    faults.push(`pip: ${fault}`);
  }
  if (index !== undefined) {
    const fault = await downloadFromIndex({ index, wheel, folder, context });
    if (fault === undefined) return verified(wheel, folder, context);
    faults.push(`package index: ${fault}`);
  }
  throw new InstallRefusal(
    'no-network',
    faults.length > 0
      ? `the TensorFlow library could not be downloaded (${faults.join('; ')})`
      : 'there is no pip, and no Python package index is configured',
    'Connect to the network, or install pip, or name your Python package index in PIP_INDEX_URL; then run this again.',
  );
}

async function findPip(env: NodeJS.ProcessEnv): Promise<readonly [string, ...string[]] | undefined> {
  for (const pip of pipCommands) {
    const [program, ...args] = pip;
    const { code } = await runChild(program, [...args, '--version'], { limitMs: PIP_PROBE_LIMIT_MS, env });
    if (code === 0) return pip;
  }
  return undefined;
}

interface PipDownload {
  readonly pip: readonly [string, ...string[]];
  readonly wheel: Wheel;
  readonly folder: string;
  readonly context: DownloadContext;
}

/** Returns what went wrong, or undefined when the wheel is there. */
async function downloadWithPip({ pip, wheel, folder, context }: PipDownload): Promise<string | undefined> {
  // A requirements file lets pip itself refuse any file but the one whose checksum we know.
  const requirements = join(folder, 'requirements.txt');
  await writeFile(requirements, `${wheel.project}==${wheel.version} --hash=sha256:${wheel.sha256}\n`);
  const [program, ...args] = pip;
  const stopWatching = watchSize(folder, wheel, context.onProgress);
  const result = await runChild(
    program,
    [
      ...args,
      ...['download', '--no-deps', '--only-binary=:all:', '--no-cache-dir', '--retries', '2'],
      ...['--python-version', wheel.pip.pythonVersion, '--implementation', 'cp'],
      ...['--platform', wheel.pip.platform, '--require-hashes', '-r', requirements, '--dest', folder],
    ],
    // pip keeps the growing file in its temporary folder: ours, so that its size can be watched.
    { limitMs: DOWNLOAD_LIMIT_MS, env: { ...context.env, TMPDIR: folder } },
  );
  stopWatching();
  if (result.timedOut) return `no end after ${DOWNLOAD_LIMIT_MS / 60_000} minutes`;
  return result.code === 0 ? undefined : lastLine(result.stderr) || `exit status ${String(result.code)}`;
}

function watchSize(folder: string, wheel: Wheel, onProgress: OnProgress): () => void {
  const text = `downloading ${wheel.project} ${wheel.version}`;
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

interface IndexDownload {
  readonly index: string;
  readonly wheel: Wheel;
  readonly folder: string;
  readonly context: DownloadContext;
}

/** Returns what went wrong, or undefined when the wheel is there. */
async function downloadFromIndex(request: IndexDownload): Promise<string | undefined> {
  const { index, wheel, folder, context } = request;
  try {
    const page = addressOf(projectPage(index, wheel.project));
    const answer = await fetch(page.url, {
      headers: { ...page.headers, accept: 'text/html' },
      signal: AbortSignal.timeout(PAGE_LIMIT_MS),
    });
    if (!answer.ok) return `${wheel.project}: HTTP status ${answer.status}`;
    const file = wheelAddress(await answer.text(), answer.url, wheel);
    if (file === undefined) return `it does not list ${wheel.fileName}`;
    const sameHost = new URL(file).host === new URL(page.url).host;
    const download = await fetch(file, {
      headers: sameHost ? page.headers : {},
      signal: AbortSignal.timeout(DOWNLOAD_LIMIT_MS),
    });
    if (!download.ok || !download.body) return `${wheel.fileName}: HTTP status ${download.status}`;
    const stream = Readable.fromWeb(download.body as ReadableStream<Uint8Array>); // the DOM's type of the same class
    await pipeline(
      countBytes(stream, wheel, context.onProgress),
      createWriteStream(join(folder, wheel.fileName)),
    );
    return undefined;
  } catch (error) {
    // fetch hides the socket's own words in the cause.
    return error instanceof Error
      ? error.cause instanceof Error
        ? error.cause.message
        : error.message
      : String(error);
  }
}

async function* countBytes(chunks: AsyncIterable<Uint8Array>, wheel: Wheel, onProgress: OnProgress) {
  const text = `downloading ${wheel.project} ${wheel.version}`;
  let done = 0;
  for await (const chunk of chunks) {
    done += chunk.length;
    if (done > wheel.bytes) throw new Error(`${wheel.fileName} is larger than it should be`);
    onProgress({ stage: 'download', text, done, total: wheel.bytes });
    yield chunk;
  }
}

async function verified(wheel: Wheel, folder: string, context: DownloadContext): Promise<string> {
  const path = join(folder, wheel.fileName);
  context.onProgress({ stage: 'verify', text: 'checking the checksum' });
  const found = await sha256Of(path);
  if (found === wheel.sha256) return path;
  throw new InstallRefusal(
    'checksum',
    `the downloaded ${wheel.fileName} is not the known one (SHA-256 ${found})`,
    'The package index or a proxy on the way changed the file. Try another index (PIP_INDEX_URL).',
  );
}

/** The SHA-256 of a file, as hexadecimal text. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}
