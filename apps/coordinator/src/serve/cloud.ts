// A cloud as a whole: data directory, global model, samples, server and sockets, started in order and ended in reverse.
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { Cloud, requireCloud } from '@tessera/core/cloud';
import type { Clock } from '@tessera/core/clock';
import { runSpec, TesseraError, type TiersView } from '@tessera/core/protocol';
import type { LogEvent } from '@tessera/core/session';
import { strategyOf } from '@tessera/core/strategy';
import { CloudHost, maximumTierFrameBytes } from '@tessera/core/tiers';
import { HostAccess, hostKeyOf, joinAccess } from '../access/index.ts';
import { WorkerTerms } from '../body/index.ts';
import type { Config } from '../config/index.ts';
import { cloudSourcesOf, generatorZip } from '../export/index.ts';
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
  const cloud = await openCloud(options, store, closers);
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
          generator: (cluster) => generatorOf(store, cluster),
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

/** A zip of one of the generators of the last merge; undefined before the first, and for a community that has brought none. */
async function generatorOf({ newest }: CloudStore, cluster: number): Promise<Uint8Array | undefined> {
  const source = newest && cloudSourcesOf(newest).find((other) => other.cluster === cluster);
  return source && generatorZip(source);
}

/** A folder of another run, or settings without communities, is a matter of configuration. */
async function openCloud(
  { config, clock, log }: CloudServerOptions,
  store: CloudStore,
  closers: Closers,
): Promise<Cloud> {
  try {
    requireCloud(config.run);
    const terms = await termsOf(config, log);
    closers.add(() => terms?.close());
    return await Cloud.open(config.run, { clock, log, store, terms });
  } catch (error) {
    if (error instanceof TesseraError || !(error instanceof Error)) throw error;
    throw new TesseraError('config-invalid', error.message, { cause: error });
  }
}

/** A merge of label related communities takes seconds: in a thread of its own, so that edges are answered meanwhile. */
async function termsOf({ run, server }: Config, log: LogEvent): Promise<WorkerTerms | undefined> {
  if (strategyOf(run.strategy).tiers?.related !== 'label') return undefined;
  const terms = await WorkerTerms.start({
    settings: run,
    engine: server.engine ?? 'auto',
    onCrash: (reason) => {
      log('error', 'domain-terms-crashed', { reason });
    },
  });
  log('info', 'engine', { ...terms.engine });
  return terms;
}
