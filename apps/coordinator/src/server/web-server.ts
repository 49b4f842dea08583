// Listens: HTTP for this machine, HTTPS for the network; pages, interface and sockets on both.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https';
import type { Socket } from 'node:net';
import { TesseraError } from '@tessera/core/protocol';
import { type Answer, errorAnswer, fileAnswer, send, textAnswer } from './answer.ts';
import type { Certificate } from './certificate.ts';
import { isOwnRequest } from './guards.ts';
import type { StaticFile } from './static-files.ts';

/** Whoever is slower than this is cut off. */
const HEADERS_DEADLINE_MS = 10_000;
const REQUEST_DEADLINE_MS = 20_000;
/** How often the deadlines are looked at. */
const CHECK_EVERY_MS = 2_000;
/** Time for open connections to end when the server closes. */
const CLOSE_GRACE_MS = 500;
/** Connections at one server at once, those of devices included. */
const MAX_CONNECTIONS = 4_096;

export interface WebServerParts {
  readonly port: number;
  /** Absent: no HTTPS, nothing beyond this machine. */
  readonly https?: { readonly port: number; readonly certificate: Certificate };
  readonly hosts: () => ReadonlySet<string>;
  readonly files: ReadonlyMap<string, StaticFile>;
  readonly api: (request: IncomingMessage) => Promise<Answer | undefined>;
  readonly onError: (error: unknown) => void;
}

/** Servers that listen. */
export interface WebServer {
  readonly servers: readonly (Server | SecureServer)[];
  readonly httpPort: number;
  readonly httpsPort?: number;
  /** Takes another certificate without closing a connection. */
  renew(certificate: Certificate): void;
  close(): Promise<void>;
}

/** Starts to listen; throws a TesseraError that names the port when it is taken. */
export async function startWebServer(parts: WebServerParts): Promise<WebServer> {
  const limits = {
    headersTimeout: HEADERS_DEADLINE_MS,
    requestTimeout: REQUEST_DEADLINE_MS,
    connectionsCheckingInterval: CHECK_EVERY_MS,
  };
  const handle = (request: IncomingMessage, response: ServerResponse) =>
    void respond(parts, request, response);
  const http = createServer(limits, handle);
  const https = parts.https && createSecureServer({ ...limits, ...pemOf(parts.https.certificate) }, handle);
  const servers = https ? [http, https] : [http];
  const closes = servers.map(bound);
  const close = async () => {
    await Promise.all(closes.map((closeOne) => closeOne()));
  };
  try {
    const httpPort = await listen(http, { port: parts.port, host: '127.0.0.1', flag: '--port' });
    const httpsPort =
      parts.https && https && (await listen(https, { port: parts.https.port, flag: '--https-port' }));
    return {
      servers,
      httpPort,
      ...(httpsPort === undefined ? {} : { httpsPort }),
      renew: (certificate) => https?.setSecureContext(pemOf(certificate)),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function respond(
  parts: WebServerParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let answer: Answer;
  try {
    answer = await answerFor(parts, request);
  } catch (error) {
    if (!(error instanceof TesseraError)) parts.onError(error);
    answer = errorAnswer(error);
  }
  if (!response.headersSent && !response.destroyed) send(request, response, answer);
}

async function answerFor(parts: WebServerParts, request: IncomingMessage): Promise<Answer> {
  if (!isOwnRequest(request, parts.hosts()))
    throw new TesseraError('foreign-origin', 'This request does not come from a page of this coordinator.');
  const fromApi = await parts.api(request);
  if (fromApi) return fromApi;
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  const file = parts.files.get(path);
  if (!file)
    return parts.files.size === 0 && path === '/'
      ? textAnswer(503, 'The web client is not built yet. Run: npm run build')
      : textAnswer(404, 'There is nothing at this address.');
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return { ...textAnswer(405, 'This method is not known here.'), headers: { allow: 'GET, HEAD' } };
  return fileAnswer(file, /\bgzip\b/.test(request.headers['accept-encoding']?.toString() ?? ''));
}

function listen(
  server: Server | SecureServer,
  { port, host, flag }: { readonly port: number; readonly host?: string; readonly flag: string },
): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const inUse = 'code' in error && error.code === 'EADDRINUSE';
      reject(
        new TesseraError(
          'port-in-use',
          inUse
            ? `Port ${port} (${flag}) is in use by another program.`
            : `Port ${port} (${flag}) cannot be opened: ${error.message}.`,
          { cause: error },
        ),
      );
    });
    server.listen(host === undefined ? { port } : { port, host }, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

/** Limits a server's connections; returns how to close it: politely at first, then whoever is still there is cut. */
function bound(server: Server | SecureServer): () => Promise<void> {
  server.maxConnections = MAX_CONNECTIONS;
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  return () =>
    new Promise((resolve) => {
      const cut = setTimeout(() => {
        for (const socket of open) socket.destroy();
      }, CLOSE_GRACE_MS);
      server.close(() => {
        clearTimeout(cut);
        resolve();
      });
      server.closeIdleConnections();
    });
}

function pemOf({ certificate, key }: Certificate): { cert: string; key: string } {
  return { cert: certificate, key };
}
