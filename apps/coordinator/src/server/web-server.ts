// Listens: HTTP for this machine, HTTPS for the network; pages, interface and sockets on both.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https';
import { TesseraError } from '@tessera/core/protocol';
import { type Answer, errorAnswer, fileAnswer, send, textAnswer } from './answer.ts';
import type { Certificate } from './certificate.ts';
import { isOwnRequest } from './guards.ts';
import type { StaticFile } from './static-files.ts';

/** Whoever is slower than this is cut off. */
const HEADERS_DEADLINE_MS = 10_000;
const REQUEST_DEADLINE_MS = 20_000;
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
  const limits = { headersTimeout: HEADERS_DEADLINE_MS, requestTimeout: REQUEST_DEADLINE_MS };
  const handle = (request: IncomingMessage, response: ServerResponse) =>
    void respond(parts, request, response);
  const http = createServer(limits, handle);
  const https = parts.https && createSecureServer({ ...limits, ...pemOf(parts.https.certificate) }, handle);
  const servers = https ? [http, https] : [http];
  for (const server of servers) server.maxConnections = MAX_CONNECTIONS;
  const close = async () => {
    await Promise.all(servers.map(closeServer));
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
  // Requests of socket.io are answered by its own listener.
  if (request.url?.startsWith('/socket.io/')) return;
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
            ? `Port ${port} is in use by another program. Another one is taken with ${flag}.`
            : `Port ${port} cannot be opened: ${error.message}. Another one is taken with ${flag}.`,
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

function closeServer(server: Server | SecureServer): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}

function pemOf({ certificate, key }: Certificate): { cert: string; key: string } {
  return { cert: certificate, key };
}
