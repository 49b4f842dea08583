// Downloads a wheel straight from a Python package index, for machines without pip.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReadableStream } from 'node:stream/web';
import { DOWNLOAD_LIMIT_MS, downloadTitle, type DownloadRequest } from './download-request.ts';
import type { OnProgress } from './progress.ts';
import { addressOf, projectPage, wheelAddress } from './python-index.ts';
import type { Wheel } from './wheels.ts';

const PAGE_LIMIT_MS = 20_000;

/** Downloads from `index`; resolves to what went wrong, or to undefined when the wheel is there. */
export async function downloadFromIndex(
  index: string,
  request: DownloadRequest,
): Promise<string | undefined> {
  const { wheel, folder, onProgress } = request;
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
    const body = download.body as ReadableStream<Uint8Array>; // the DOM's type of the same class
    await writeFile(join(folder, wheel.fileName), countBytes(body, wheel, onProgress));
    return undefined;
  } catch (error) {
    return wordsOf(error);
  }
}

async function* countBytes(chunks: AsyncIterable<Uint8Array>, wheel: Wheel, onProgress: OnProgress) {
  const text = downloadTitle(wheel);
  let done = 0;
  for await (const chunk of chunks) {
    done += chunk.length;
    if (done > wheel.bytes) throw new Error(`${wheel.fileName} is larger than it should be`);
    onProgress({ stage: 'download', text, done, total: wheel.bytes });
    yield chunk;
  }
}

/** fetch hides the socket's own words in the error's cause. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
