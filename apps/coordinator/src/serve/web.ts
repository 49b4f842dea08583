// What every server of this program has in common: its names, its certificate, its pages, its sockets.
import type { IncomingMessage } from 'node:http';
import type { LogEvent } from '@tessera/core/session';
import type { ServerSettings } from '../config/index.ts';
import { isOwnRequest, loadStaticFiles, startWebServer, type WebServer } from '../server/index.ts';
import { attachSockets, type SocketServerParts } from '../transport/index.ts';
import type { Closers } from './closers.ts';
import type { Identity } from './identity.ts';

export interface WebParts {
  readonly server: ServerSettings;
  /** The built web client. */
  readonly webClient: string;
  readonly log: LogEvent;
  readonly identity: Identity;
  /** Made once the ports are known. */
  readonly api: (web: () => Ports) => Parameters<typeof startWebServer>[0]['api'];
  readonly sockets: Omit<SocketServerParts, 'servers' | 'isOwnRequest'>;
}

/** Where it listens. */
export interface Ports {
  readonly httpPort: number;
  readonly httpsPort?: number;
}

/** Opens pages, interface and sockets; throws a TesseraError that names a port which is taken. */
export async function openWeb(parts: WebParts, closers: Closers): Promise<Ports> {
  const { server, webClient, log, identity, api, sockets } = parts;
  const { certificate } = identity;
  const ports = (): Ports => ({
    httpPort: web.httpPort,
    ...(web.httpsPort === undefined ? {} : { httpsPort: web.httpsPort }),
  });
  const web: WebServer = await startWebServer({
    port: server.port,
    ...(certificate && { https: { port: server.httpsPort, certificate } }),
    hosts: () => identity.hosts,
    files: await loadStaticFiles(webClient),
    api: api(ports),
    onError: (error) => {
      log('error', 'request-failed', { reason: error instanceof Error ? error.message : String(error) });
    },
  });
  closers.add(() => web.close());
  closers.add(
    attachSockets({
      ...sockets,
      servers: web.servers,
      isOwnRequest: (request: IncomingMessage) => isOwnRequest(request, identity.hosts),
    }),
  );
  closers.add(
    identity.keepFresh(
      (renewed) => {
        web.renew(renewed);
      },
      (reason) => {
        log('warn', 'certificate-not-renewed', { reason });
      },
    ),
  );
  return ports();
}
