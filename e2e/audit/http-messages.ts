// HTTP/1.1 as recorded: what was asked, what was answered, and where a WebSocket takes the connection over.
import type { RecordedConnection, Stream } from './recording-proxy.ts';

/** One request of the browser. */
export interface Request {
  readonly method: string;
  readonly target: string;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
}

/** One answer; what follows its head is kept as it was sent. */
export interface Response {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
}

/** A connection's beginning as HTTP; the places say where the WebSocket's frames begin, if one does. */
export interface HttpExchange {
  readonly requests: readonly Request[];
  readonly upgrade?: { readonly response: Response; readonly upFrom: number; readonly downFrom: number };
}

const HEAD_END = '\r\n\r\n';

/** Reads a connection; throws on anything but requests without a body, the last of which may be an upgrade. */
export function readHttp({ up, down }: RecordedConnection): HttpExchange {
  const requests: Request[] = [];
  let at = 0;
  while (at < up.bytes.length) {
    const head = headAt(up, at);
    const [method = '', target = ''] = head.first.split(' ');
    const request = { method, target, headers: head.headers };
    requests.push(request);
    for (const name of ['content-length', 'transfer-encoding'])
      if (request.headers.has(name)) throw new Error(`${method} ${target} has a body (${name})`);
    at = head.end;
    if (request.headers.get('upgrade') !== 'websocket') continue;
    // Chromium opens a connection of its own for a WebSocket, so that the answer is the connection's first.
    if (requests.length > 1) throw new Error(`${target}: an upgrade after other requests`);
    const answer = headAt(down, 0);
    const response = { status: Number(answer.first.split(' ')[1]), headers: answer.headers };
    return { requests, upgrade: { response, upFrom: at, downFrom: answer.end } };
  }
  return { requests };
}

function headAt({ bytes }: Stream, at: number) {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = buffer.indexOf(HEAD_END, at);
  if (end < 0) throw new Error(`no HTTP at byte ${at}: ${buffer.toString('latin1', at, at + 60)}`);
  const [first = '', ...lines] = buffer.toString('latin1', at, end).split('\r\n');
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { first, headers: new Map(headers), end: end + HEAD_END.length };
}
