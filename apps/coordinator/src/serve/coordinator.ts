// The whole coordinator: data directory, body, run, server and sockets, started in order and ended in reverse.
import { join } from 'node:path';
import type { Clock } from '@tessera/core/clock';
import { maximumFrameBytes, runSpec } from '@tessera/core/protocol';
import type { LogEvent, RunLoop } from '@tessera/core/session';
import { HostAccess, hostKeyOf } from '../access/index.ts';
import type { Config } from '../config/index.ts';
import { type JoinInfo, makeApi } from '../server/index.ts';
import { lockDirectory, prepareDataDirectory, RunStore } from '../store/index.ts';
import { Watchers } from '../transport/index.ts';
import { Closers } from './closers.ts';
import { Edge, type EdgeOptions } from './edge.ts';
import { Identity } from './identity.ts';
import { controlOf, openRun } from './open-run.ts';
import { openWeb, type Ports } from './web.ts';

export interface CoordinatorOptions {
  readonly config: Config;
  readonly dataDir: string;
  /** The built web client. */
  readonly webClient: string;
  readonly log: LogEvent;
  readonly clock: Clock;
  /** Puts an older run of this directory aside. */
  readonly fresh: boolean;
  /** Where this coordinator is an edge of a cloud. */
  readonly edge?: EdgeOptions;
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
  const edge = options.edge && (await Edge.open(options.edge, { ...options, closers }));
  const { run, resumed } = await openRun({ ...options, store, cloud: edge?.cloud }, closers);
  const { server } = config;
  const identity = await Identity.open({ ...server, folder: join(dataDir, 'certificate') });
  const ports = await serve({ ...options, store, run, hostKey, identity, edge }, closers);
  edge?.serves(run, () => identity.joinInfo(ports));
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

interface Served extends Omit<CoordinatorOptions, 'edge'> {
  readonly edge: Edge | undefined;
  readonly store: RunStore;
  readonly run: RunLoop;
  readonly hostKey: string;
  readonly identity: Identity;
}

/** Opens pages, interface and sockets. */
function serve(
  { config, webClient, log, clock, store, run, hostKey, identity, edge }: Served,
  closers: Closers,
): Promise<Ports> {
  const watchers = new Watchers(clock, () => run.view());
  const changed = () => {
    watchers.changed();
  };
  closers.add(run.onChange(changed));
  return openWeb(
    {
      ...{ server: config.server, webClient, log, identity },
      api: (ports) =>
        makeApi({
          run: controlOf(run, store),
          host: new HostAccess(hostKey, clock, Date.now),
          joinCodeWanted: config.server.joinCode !== undefined,
          join: () => identity.joinInfo(ports()),
          ...(edge && { tiers: edge.pages }),
        }),
      sockets: {
        maximumFrameBytes: maximumFrameBytes({ spec: runSpec(config.run), ...config.run }),
        maximumDevices: config.run.maximumDevices,
        onDevice: (connection, peer) => {
          run.attach(connection, peer);
        },
        onWatcher: (watcher) => {
          watchers.add(watcher);
        },
      },
    },
    closers,
  );
}
