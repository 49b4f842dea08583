// The whole coordinator: data directory, body, run, server and sockets, started in order and ended in reverse.
import { join } from 'node:path';
import type { Clock } from '@tessera/core/clock';
import { maximumFrameBytes, runSpec } from '@tessera/core/protocol';
import type { LogEvent, RunLoop } from '@tessera/core/session';
import { HostAccess, hostKeyOf } from '../access/index.ts';
import type { Config } from '../config/index.ts';
import { isOwnRequest, type JoinInfo, loadStaticFiles, makeApi, startWebServer } from '../server/index.ts';
import { lockDirectory, prepareDataDirectory, RunStore } from '../store/index.ts';
import { attachSockets, Watchers } from '../transport/index.ts';
import { Closers } from './closers.ts';
import { Identity } from './identity.ts';
import { controlOf, openRun } from './open-run.ts';

export interface CoordinatorOptions {
  readonly config: Config;
  readonly dataDir: string;
  /** The built web client. */
  readonly webClient: string;
  readonly log: LogEvent;
  readonly clock: Clock;
  /** Puts an older run of this directory aside. */
  readonly fresh: boolean;
}

/** A coordinator that serves. */
export interface Coordinator {
  readonly run: RunLoop;
  readonly hostKey: string;
  readonly httpPort: number;
  readonly httpsPort?: number;
  /** True when an earlier start's checkpoint was found. */
  readonly resumed: boolean;
  join(): JoinInfo;
  close(): Promise<void>;
}

/** Starts everything; whatever fails ends what was started before it, and throws a TesseraError. */
export async function startCoordinator(options: CoordinatorOptions): Promise<Coordinator> {
  const closers = new Closers();
  try {
    return await start(options, closers);
  } catch (error) {
    await closers.close();
    throw error;
  }
}

async function start(options: CoordinatorOptions, closers: Closers): Promise<Coordinator> {
  const { config, dataDir, log } = options;
  await prepareDataDirectory(dataDir);
  closers.add(await lockDirectory(dataDir));
  const store = new RunStore(dataDir);
  if (options.fresh && (await store.putAside(new Date())) !== undefined) log('info', 'earlier-run-put-aside');
  const hostKey = await hostKeyOf(dataDir);
  const { run, resumed } = await openRun({ ...options, store }, closers);
  const { server } = config;
  const identity = await Identity.open({ ...server, folder: join(dataDir, 'certificate') });
  const ports = await serve({ ...options, store, run, hostKey, identity }, closers);
  closers.add(() => run.close());
  return {
    run,
    hostKey,
    ...ports,
    resumed,
    join: () => identity.joinInfo(ports),
    close: () => closers.close(),
  };
}

interface Served extends CoordinatorOptions {
  readonly store: RunStore;
  readonly run: RunLoop;
  readonly hostKey: string;
  readonly identity: Identity;
}

/** Opens pages, interface and sockets. */
async function serve(
  { config, webClient, log, clock, store, run, hostKey, identity }: Served,
  closers: Closers,
): Promise<{ readonly httpPort: number; readonly httpsPort?: number }> {
  const { certificate } = identity;
  const web = await startWebServer({
    port: config.server.port,
    ...(certificate && { https: { port: config.server.httpsPort, certificate } }),
    hosts: () => identity.hosts,
    files: await loadStaticFiles(webClient),
    api: makeApi({
      run: controlOf(run, store),
      host: new HostAccess(hostKey, clock, Date.now),
      joinCodeWanted: config.server.joinCode !== undefined,
      join: () => identity.joinInfo(web),
    }),
    onError: (error) => {
      log('error', 'request-failed', { reason: error instanceof Error ? error.message : String(error) });
    },
  });
  closers.add(() => web.close());
  const watchers = new Watchers(clock, () => run.view());
  const changed = () => {
    watchers.changed();
  };
  closers.add(run.onChange(changed));
  closers.add(
    attachSockets({
      servers: web.servers,
      maximumFrameBytes: maximumFrameBytes({ spec: runSpec(config.run), ...config.run }),
      maximumDevices: config.run.maximumDevices,
      isOwnRequest: (request) => isOwnRequest(request, identity.hosts),
      onDevice: (connection, peer) => {
        run.attach(connection, peer);
      },
      onWatcher: (watcher) => {
        watchers.add(watcher);
      },
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
  return { httpPort: web.httpPort, ...(web.httpsPort === undefined ? {} : { httpsPort: web.httpsPort }) };
}
