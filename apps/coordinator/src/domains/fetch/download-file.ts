// Downloads one file: with a limit on silence, into a file of its own until it is whole, its checksum checked.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { CommandFailure } from '../../cli/index.ts';

/** A download that sends nothing for so long is given up. */
const SILENCE_LIMIT_MS = 60_000;

/** What a download needs. */
export interface DownloadOptions {
  readonly url: string;
  readonly path: string;
  /** The sum to check; undefined where the publisher names none. */
  readonly md5?: string | undefined;
  readonly signal: AbortSignal;
  /** Bytes so far, and in all where the server says so. */
  readonly onProgress: (done: number, total: number | undefined) => void;
  readonly silenceMs?: number;
}

/** Fetches the file to `path`; nothing stands there before it is complete. Throws a CommandFailure. */
export async function downloadFile(options: DownloadOptions): Promise<void> {
  const { url, path, md5 } = options;
  const partial = `${path}.part`;
  try {
    await transfer(options, partial);
    if (md5 !== undefined) {
      const found = await hashOf(partial, 'md5');
      if (found !== md5)
        throw new CommandFailure(
          `${url} gave a file with the MD5 ${found}, and its publisher's has ${md5}: try again, or from another network.`,
        );
    }
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error instanceof CommandFailure ? error : unreachable(options, error);
  }
}

/** A checksum of a file as hexadecimal text. */
export async function hashOf(path: string, algorithm: 'md5' | 'sha256'): Promise<string> {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

async function transfer(options: DownloadOptions, partial: string): Promise<void> {
  const { url, signal, onProgress, silenceMs = SILENCE_LIMIT_MS } = options;
  const silence = new AbortController();
  const alarm = setTimeout(() => {
    silence.abort(new Error(`nothing came for ${Math.round(silenceMs / 1000)} seconds`));
  }, silenceMs);
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, silence.signal]) });
    if (!response.ok || !response.body)
      throw new CommandFailure(
        `${url} answered ${response.status} ${response.statusText}: see the set's home page.`,
      );
    const total = Number(response.headers.get('content-length')) || undefined;
    let done = 0;
    const metered = async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        done += chunk.length;
        alarm.refresh();
        onProgress(done, total);
        yield chunk;
      }
    };
    // Not a write stream: it may still be opening its file when a broken download has been tidied away.
    await writeFile(partial, metered(response.body as ReadableStream<Uint8Array>)); // the DOM's type of the same class
    if (total !== undefined && response.headers.get('content-encoding') === null && done !== total)
      throw new Error(`${done} of ${total} bytes came`);
  } finally {
    clearTimeout(alarm);
    silence.abort(); // where the file could not be opened, the answer is still coming
  }
}

function unreachable({ url, path, signal }: DownloadOptions, error: unknown): CommandFailure {
  if (signal.aborted)
    return new CommandFailure('Interrupted; complete files are kept, so the next try goes on.');
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const why =
    cause instanceof Error ? cause.message || String('code' in cause ? cause.code : cause) : String(cause);
  return new CommandFailure(
    `${url} could not be fetched (${why}). Fetch it elsewhere, put it at ${path}, and run this again.`,
    1,
    { cause: error },
  );
}
