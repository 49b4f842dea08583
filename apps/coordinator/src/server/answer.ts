// Answers of the HTTP server: JSON, errors from the table, bytes.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { asTesseraError, type ErrorCode, TesseraError } from '@tessera/core/protocol';
import { SECURITY_HEADERS } from './guards.ts';
import type { StaticFile } from './static-files.ts';

/** What a handler gives back. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

const JSON_TYPE = 'application/json; charset=utf-8';
const STATUS_OF: Partial<Record<ErrorCode, number>> = {
  'wrong-host-key': 403,
  'not-host': 403,
  'foreign-origin': 403,
  'download-forbidden': 403,
  'nothing-to-download': 404,
  'too-many-attempts': 429,
  'bad-message': 400,
  'message-too-large': 413,
  'run-not-running': 409,
  'unknown-community': 404,
  'no-edge-here': 503,
};

/** A JSON answer. */
export function jsonAnswer(value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    status: 200,
    headers: { 'content-type': JSON_TYPE, 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(value),
  };
}

/** An error as the pages read it: { code, message, help }. */
export function errorAnswer(thrown: unknown): Answer {
  const { code, message, help } = asTesseraError(thrown);
  return { ...jsonAnswer({ code, message, help }), status: STATUS_OF[code] ?? 500 };
}

/** An answer of one plain sentence. */
export function textAnswer(status: number, sentence: string): Answer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: `${sentence}\n` };
}

/** A file of the web client, compressed where the browser takes that. */
export function fileAnswer(file: StaticFile, acceptsGzip: boolean): Answer {
  const gzipped = acceptsGzip ? file.gzipped : undefined;
  return {
    status: 200,
    headers: {
      'content-type': file.type,
      'cache-control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
      vary: 'accept-encoding',
      ...(gzipped ? { 'content-encoding': 'gzip' } : {}),
    },
    body: gzipped ?? file.raw,
  };
}

/** Sends an answer with the security headers. */
export function send(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  const body = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body;
  response.writeHead(answer.status, {
    ...SECURITY_HEADERS,
    ...answer.headers,
    'content-length': String(body?.length ?? 0),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** Reads a small JSON body; throws a TesseraError when it is too large, no JSON, or takes too long. */
export async function readJson(request: IncomingMessage, maximumBytes: number): Promise<unknown> {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
    throw new TesseraError('bad-message', 'The request is not application/json.');
  const parts: Buffer[] = [];
  let bytes = 0;
  // A request without an encoding set gives Buffers.
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > maximumBytes)
      throw new TesseraError('message-too-large', `The request has more than ${maximumBytes} bytes.`);
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch (error) {
    throw new TesseraError('bad-message', 'The request is no JSON.', { cause: error });
  }
}
