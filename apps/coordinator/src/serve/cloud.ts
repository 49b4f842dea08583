// A cloud as a whole: data directory, global model, samples, server and sockets, started in order and ended in reverse.
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { Cloud } from '@tessera/core/cloud';
import type { Clock } from '@tessera/core/clock';
import { runSpec, TesseraError, type TiersView } from '@tessera/core/protocol';
import type { LogEvent } from '@tessera/core/session';
import { strategyOf } from '@tessera/core/strategy';
import { CloudHost, maximumTierFrameBytes } from '@tessera/core/tiers';
import { HostAccess, hostKeyOf, joinAccess } from '../access/index.ts';
import type { Config } from '../config/index.ts';
import { startEngine } from '../engine/index.ts';
import { type JoinInfo, makeCloudApi } from '../server/index.ts';
import { CloudStore, lockDirectory, prepareDataDirectory } from '../store/index.ts';
import { Closers } from './closers.ts';
import { Identity } from './identity.ts';
import { refuseDevices } from './refuse-devices.ts';
import { TierSamples } from './tier-samples.ts';
import { openWeb } from './web.ts';

export interface CloudServerOptions {
  readonly config: Config;
  readonly dataDir: string;
  /** The built web client. */
  readonly webClient: string;
  readonly log: LogEvent;
  readonly clock: Clock;
  /** Puts what an earlier cloud left in this directory aside. */
  readonly fresh: boolean;
}

/** A cloud that serves. */
export interface CloudServer {
  readonly hostKey: string;
  readonly httpPort: number;
  readonly httpsPort?: number;
  /** True when an earlier start's merge was found. */
  readonly resumed: boolean;
  tiers(): TiersView;
  join(): JoinInfo;
  close(): Promise<void>;
}

/** Starts everything; whatever fails ends what was started before it, and throws a TesseraError. */
export async function startCloud(options: CloudServerOptions): Promise<CloudServer> {
  const closers = new Closers();
  try {
    return await start(options, closers);
  } catch (error) {
    await closers.close();
    throw error;
  }
}

async function start(options: CloudServerOptions, closers: Closers): Promise<CloudServer> {
  const { config, dataDir, log, clock, webClient } = options;
  const { run, server } = config;
  await prepareDataDirectory(dataDir);
  closers.add(await lockDirectory(dataDir));
  const store = new CloudStore(dataDir, (note) => {
    log('warn', 'checkpoint', { note });
  });
  if (options.fresh && (await store.putAside(new Date())) !== undefined) log('info', 'earlier-run-put-aside');
  const hostKey = await hostKeyOf(dataDir);
  const cloud = await openCloud(options, store);
  closers.add(() => cloud.close());
  const resumed = cloud.view().version > 0;
  const host = await CloudHost.open({
    ...{ clock, cloud, log },
    access: joinAccess(server.joinCode, clock),
    memory: store.edges,
    run: randomInt(2 ** 32),
  });
  closers.add(() => {
    host.close();
  });
  const samples = await TierSamples.open({ ...options, store });
  closers.add(() => samples.close());
  closers.add(
    host.onChange(() => {
      samples.follow();
    }),
  );
  const tiers = (): TiersView => ({ tier: 'cloud', tree: host.tree(), sampleVersions: samples.versions });
  const identity = await Identity.open({ ...server, folder: join(dataDir, 'certificate') });
  const ports = await openWeb(
    {
      ...{ server, webClient, log, identity },
      api: (web) =>
        makeCloudApi({
          settings: run,
          host: new HostAccess(hostKey, clock, Date.now),
          joinCodeWanted: server.joinCode !== undefined,
          join: () => identity.joinInfo(web()),
          tiers: { view: tiers, samples: (version) => store.samples(version) },
        }),
      sockets: {
        maximumFrameBytes: maximumTierFrameBytes(runSpec(run)),
        maximumDevices: 0,
        onDevice: refuseDevices(clock),
        onWatcher: (watcher) => {
          watcher.close();
        },
        onEdge: (connection, peer) => {
          host.attach(connection, peer);
        },
      },
    },
    closers,
  );
  return {
    ...{ hostKey, ...ports, resumed, tiers },
    join: () => identity.joinInfo(ports),
    close: () => closers.close(),
  };
}

/** A folder of another run, or settings without communities, is a matter of configuration. */
async function openCloud({ config, clock, log }: CloudServerOptions, store: CloudStore): Promise<Cloud> {
  try {
    const { tiers } = strategyOf(config.run.strategy);
    if (tiers?.related === 'label') {
      // The domain terms are computed here: a second or so at each merge, in which nothing else is.
      const { name, reason } = await startEngine({
        engine: config.server.engine ?? 'auto',
        env: process.env,
      });
      log('info', 'engine', { backend: name, reason });
    }
    return await Cloud.open(config.run, { clock, log, store });
  } catch (error) {
    if (error instanceof TesseraError || !(error instanceof Error)) throw error;
    throw new TesseraError('config-invalid', error.message, { cause: error });
  }
}
