// The run on its body and its files, and what the pages may do with it.
import { randomInt } from 'node:crypto';
import { type CloudPort, RunLoop } from '@tessera/core/session';
import { joinAccess } from '../access/index.ts';
import { WorkerBody } from '../body/index.ts';
import { generatorZip, sourcesOf } from '../export/index.ts';
import type { RunControl } from '../server/index.ts';
import type { RunStore } from '../store/index.ts';
import type { Closers } from './closers.ts';
import type { CoordinatorOptions } from './coordinator.ts';
import { requireSameNetworks } from './same-networks.ts';

export interface OpenRunOptions extends CoordinatorOptions {
  readonly store: RunStore;
  /** The tier above, where the run has one. */
  readonly cloud: CloudPort | undefined;
}

/** Opens the run of a data directory, from its last checkpoint where there is one, on a body in its own thread. */
export async function openRun(
  { config, store, log, clock, cloud }: OpenRunOptions,
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
    ...(cloud && { cloud }),
  });
  return { run, resumed: checkpoint !== undefined };
}

/** The run as the HTTP interface sees it. */
export function controlOf(run: RunLoop, store: RunStore): RunControl {
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
      if (checkpoint.committedRound < 0) return undefined;
      const source = sourcesOf(checkpoint).find((other) => other.cluster === cluster);
      return source && generatorZip(source);
    },
  };
}
