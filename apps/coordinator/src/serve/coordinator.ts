// The whole coordinator: data directory, body, run, server and sockets, started in order and ended in order.
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import type { Clock } from '@tessera/core/clock';
import { maximumFrameBytes, runSpec } from '@tessera/core/protocol';
import { type LogEvent, RunLoop } from '@tessera/core/session';
import { HostAccess, hostKeyOf, joinAccess } from '../access/index.ts';
import { WorkerBody } from '../body/index.ts';
import type { Config } from '../config/index.ts';
import { generatorZip, groupsOf } from '../export/index.ts';
import {
  inUrl,
  isOwnRequest,
  type JoinInfo,
  knownHosts,
  lanAddresses,
  loadStaticFiles,
  makeApi,
  type RunControl,
  startWebServer,
  type WebServer,
} from '../server/index.ts';
import { lockDirectory, prepareDataDirectory, RunStore } from '../store/index.ts';
import { attachSockets, Watchers } from '../transport/index.ts';
import { CertificateKeeper } from './certificate-keeper.ts';
import { Closers } from './closers.ts';
import { requireSameNetworks } from './same-networks.ts';

/** How often the machine's addresses, and with them the certificate, are looked at again. */
const ADDRESSES_EVERY_MS = 60_000;

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
  const { config, dataDir, log, clock } = options;
  await prepareDataDirectory(dataDir);
  closers.add(await lockDirectory(dataDir));
  const store = new RunStore(dataDir);
  const aside = options.fresh ? await store.putAside(new Date()) : undefined;
  if (aside !== undefined) log('info', 'fresh', { note: 'the earlier run was put aside' });
  const hostKey = await hostKeyOf(dataDir);
  const { run, resumed } = await openRun({ ...options, store }, closers);

  const hosts = new HostNames(config.server.hostNames);
  const certificates = config.server.hostOnlyLocal
    ? undefined
    : await CertificateKeeper.open({
        folder: join(dataDir, 'certificate'),
        certificateFile: config.server.certificateFile,
        keyFile: config.server.keyFile,
      });
  const join_ = (): JoinInfo => joinInfo(web, certificates?.current.fingerprint);
  const web: WebServer = await startWebServer({
    port: config.server.port,
    ...(certificates && {
      https: { port: config.server.httpsPort, certificate: certificates.current },
    }),
    hosts: () => hosts.names,
    files: await loadStaticFiles(options.webClient),
    api: makeApi({
      run: controlOf(run, store),
      host: new HostAccess(hostKey, clock, Date.now),
      joinCodeWanted: config.server.joinCode !== undefined,
      join: join_,
    }),
    onError: (error) => {
      log('error', 'request-failed', { reason: error instanceof Error ? error.message : String(error) });
    },
  });
  closers.add(() => web.close());
  const watchers = new Watchers(clock, () => run.view());
  closers.add(
    run.onChange(() => {
      watchers.changed();
    }),
  );
  closers.add(
    attachSockets({
      servers: web.servers,
      maximumFrameBytes: maximumFrameBytes({ spec: runSpec(config.run), batch: config.run.batch }),
      maximumDevices: config.run.maximumDevices,
      isOwnRequest: (request) => isOwnRequest(request, hosts.names),
      onDevice: (connection, peer) => {
        run.attach(connection, peer);
      },
      onWatcher: (watcher) => {
        watchers.add(watcher);
      },
    }),
  );
  closers.add(() => run.close());
  const timer = setInterval(() => {
    hosts.renew();
    void certificates?.renew().then((renewed) => {
      if (renewed) web.renew(renewed);
    });
  }, ADDRESSES_EVERY_MS);
  closers.add(() => {
    clearInterval(timer);
  });
  return {
    run,
    hostKey,
    httpPort: web.httpPort,
    ...(web.httpsPort === undefined ? {} : { httpsPort: web.httpsPort }),
    resumed,
    join: join_,
    close: () => closers.close(),
  };
}

/** Opens the run in its directory, on a body in its own thread. */
async function openRun(
  { config, store, log, clock }: CoordinatorOptions & { readonly store: RunStore },
  closers: Closers,
): Promise<{ readonly run: RunLoop; readonly resumed: boolean }> {
  const { checkpoint } = await store.load();
  if (checkpoint) requireSameNetworks(checkpoint.settings, config.run);
  const body = await WorkerBody.start({
    settings: config.run,
    engine: config.server.engine ?? 'auto',
    onCrash: (reason) => {
      log('error', 'body-crashed', { reason });
    },
  });
  closers.add(() => body.close());
  log('info', 'engine', { ...body.engine });
  const run = await RunLoop.open(config.run, {
    clock,
    body,
    store,
    access: joinAccess(config.server.joinCode, clock),
    log,
    newRunNumber: () => randomInt(2 ** 32),
    linkBytesPerSecond: (config.server.linkMegabitsPerSecond * 1e6) / 8,
  });
  return { run, resumed: checkpoint !== undefined };
}

function controlOf(run: RunLoop, store: RunStore): RunControl {
  return {
    view: () => run.view(),
    start: () => {
      run.command('start');
    },
    pause: () => {
      run.command('pause');
    },
    stop: () => {
      run.command('stop');
    },
    samples: (round) => store.samples(round),
    async generator(cluster) {
      const checkpoint = run.checkpoint();
      const group = groupsOf(checkpoint).find((other) => other.cluster === cluster);
      return group && checkpoint.committedRound >= 0 ? generatorZip(group) : undefined;
    },
  };
}

/** Where others reach the server: the network first, then this machine. */
function joinInfo({ httpPort, httpsPort }: WebServer, fingerprint: string | undefined): JoinInfo {
  const lan = httpsPort === undefined ? [] : lanAddresses();
  return {
    urls: [
      ...lan.map((address) => `https://${inUrl(address)}:${String(httpsPort)}/`),
      `http://localhost:${httpPort}/`,
    ],
    ...(httpsPort === undefined || fingerprint === undefined ? {} : { fingerprint }),
  };
}

/** The names that requests may be for; addresses come and go with networks. */
class HostNames {
  readonly #further: readonly string[];
  names: ReadonlySet<string>;

  constructor(further: readonly string[]) {
    this.#further = further;
    this.names = knownHosts(further);
  }

  renew(): void {
    this.names = knownHosts(this.#further);
  }
}
