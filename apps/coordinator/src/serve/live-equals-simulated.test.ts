// Live runs over real sockets beside simulations with the same seed: the same numbers at every step, merge and commit.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runBody } from '@tessera/core/body';
import { systemClock } from '@tessera/core/clock';
import type { CloudCheckpoint } from '@tessera/core/cloud';
import type { DeviceProfile } from '@tessera/core/cut';
import { BatchSource, drawnImages } from '@tessera/core/data';
import { DeviceLoop } from '@tessera/core/device';
import type { RunSettings } from '@tessera/core/protocol';
import { Random } from '@tessera/core/random';
import type { Checkpoint, StorePort } from '@tessera/core/session';
import {
  MemoryDeviceStorage,
  simulatedChance,
  SimulatedRun,
  type SimulatedRunOptions,
  SimulatedTiers,
  SimulatedTime,
} from '@tessera/core/simulation';
import { MemoryStore, smallRun } from '@tessera/core/testing';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { serverSettingsSchema } from '../config/index.ts';
import { startEngine } from '../engine/index.ts';
import { CloudStore, RunStore } from '../store/index.ts';
import { connectToCoordinator } from '../transport/index.ts';
import { type Coordinator, startCloud, startCoordinator } from './index.ts';

/** Threads with engines of their own, on a machine that does other things as well. */
const LIMIT_MS = 400_000;
const ENGINE = { backend: 'wasm', adapter: 'memory', reason: 'a test' } as const;
/** What all devices say of themselves: a measured speed would be another one each time. */
const PROFILE: DeviceProfile = {
  compute: { kind: 'speed', gigaflopsPerSecond: 0.05 },
  exchangeSeconds: 0,
  uplinkBytesPerSecond: 1e6,
  downlinkBytesPerSecond: 1e6,
  roundTripSeconds: 0.02,
};
const BODY_PROFILE = {
  compute: { kind: 'speed', gigaflopsPerSecond: 50 },
  exchangeSeconds: 0.003,
} as const;

let folder: string;
let ends: (() => Promise<void> | void)[];
beforeAll(async () => {
  await startEngine({ engine: 'wasm', env: {} });
});
beforeEach(async () => {
  ends = [];
  folder = await mkdtemp(join(tmpdir(), 'tessera-live-'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  for (const end of ends.toReversed()) await end();
  // Samples of the last round may still be on their way to the disk.
  await rm(folder, { recursive: true, maxRetries: 10 });
});

/** Images that a device of that name draws from, from their beginning. */
function imagesOf(name: string): BatchSource {
  const set = drawnImages({
    domain: name.endsWith('1') ? 'pen' : 'marker',
    count: 32,
    random: new Random(name),
  });
  return new BatchSource(set, new Random(`${name}/batches`));
}

/** What must be the same of two commits: everything but secrets and the time that training took. */
function comparable(checkpoint: Checkpoint) {
  const members = checkpoint.members.map((member) => ({ ...member, tokenDigest: '' }));
  return { ...checkpoint, elapsedSeconds: 0, members };
}

/** A store in memory that keeps every commit. */
class EveryCommit extends MemoryStore {
  readonly commits: Checkpoint[] = [];

  override commit(checkpoint: Checkpoint): ReturnType<StorePort['commit']> {
    this.commits.push(checkpoint);
    return super.commit(checkpoint);
  }
}

interface Served {
  readonly run: RunSettings;
  readonly name: string;
  /** Port of the cloud above it. */
  readonly cloud?: number;
}

function configOf(run: RunSettings) {
  return {
    run,
    server: serverSettingsSchema.parse({ port: 0, httpsPort: 0, hostOnlyLocal: true, engine: 'wasm' }),
  };
}

const common = () => ({
  ...{ webClient: join(folder, 'absent'), log: () => undefined, clock: systemClock, fresh: false },
});

async function serve({ run, name, cloud }: Served): Promise<Coordinator> {
  const edge = cloud === undefined ? undefined : { cloud: new URL(`http://127.0.0.1:${cloud}`) };
  const coordinator = await startCoordinator({
    ...{ ...common(), config: configOf(run), dataDir: join(folder, name) },
    ...(edge && { edge }),
  });
  ends.push(() => coordinator.close());
  return coordinator;
}

/** Devices on this thread, which join in the order of their names. */
async function joinDevices(coordinator: Coordinator, names: readonly string[]): Promise<void> {
  const { settings } = coordinator.run;
  const { devices } = simulatedChance({ seed: settings.seed, start: 1, names });
  for (const [i, name] of names.entries()) {
    const random = devices[i];
    if (!random) throw new Error('there is no chance for this device');
    const loop = new DeviceLoop(
      { name, kind: 'node', runId: settings.id },
      {
        connect: () => connectToCoordinator(new URL(`http://127.0.0.1:${coordinator.httpPort}`)),
        ...{ clock: systemClock, random, engine: ENGINE, images: imagesOf(name), profile: PROFILE },
        storage: new MemoryDeviceStorage(),
        onStatus: () => undefined,
        onSamples: () => undefined,
      },
    );
    loop.power = 'full';
    ends.push(() => {
      loop.leave();
    });
    void loop.start();
    await until(coordinator, () => coordinator.run.view().here > i);
  }
}

/** Resolves when the run has got somewhere; rejects when it has paused itself. */
function until({ run }: Coordinator, isThere: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = run.onChange(check);
    function check() {
      if (!isThere() && run.pausedBecause === undefined) return;
      stop();
      if (run.pausedBecause === undefined) resolve();
      else reject(new Error(run.pausedBecause));
    }
    check();
  });
}

async function trainLive(coordinators: readonly Coordinator[]): Promise<void> {
  for (const { run } of coordinators) run.command('start');
  await Promise.all(
    coordinators.map((each) => until(each, () => each.run.committedRound + 1 === each.run.settings.rounds)),
  );
}

/** The devices' part of a simulation, and its stores. */
function simulated(
  settings: RunSettings,
  names: readonly string[],
): Omit<SimulatedRunOptions, 'settings' | 'time'> & { readonly store: EveryCommit } {
  const body = runBody(settings, { engine: ENGINE, clock: systemClock });
  ends.push(() => {
    body.dispose();
  });
  return {
    ...{ body, coordinator: BODY_PROFILE, store: new EveryCommit(), engine: ENGINE, start: 1 },
    devices: names.map((name) => ({
      ...{ name, profile: PROFILE, images: imagesOf(name), storage: new MemoryDeviceStorage() },
    })),
    log: () => undefined,
  };
}

const NAMES = [
  ['north 1', 'north 2'],
  ['south 1', 'south 2'],
] as const;

describe('live over sockets equals the simulator', { timeout: LIMIT_MS }, () => {
  it.each(['fr-sync', 'lr-sync'] as const)(
    'TIERNET-52: two edges and their cloud: losses of each step, scores, communities’ generators and the global one of each merge (%s)',
    async (strategy) => {
      const settings = smallRun({
        ...{
          strategy,
          communities: ['north', 'south'],
          condition: strategy === 'lr-sync' ? 'domains' : 'classes',
        },
        ...{ encoding: 'float32', rounds: 2, stepsPerRound: 2, minimumDevices: 2, domainSteps: 1, seed: 7 },
      });
      const merges = vi.spyOn(CloudStore.prototype, 'commit');
      const commits = vi.spyOn(RunStore.prototype, 'commit');
      const cloud = await startCloud({
        ...{ ...common(), config: configOf(settings), dataDir: join(folder, 'cloud') },
      });
      ends.push(() => cloud.close());
      const edges: Coordinator[] = [];
      for (const [community, names] of NAMES.entries()) {
        const run = { ...settings, community };
        const edge = await serve({ run, name: `edge-${community}`, cloud: cloud.httpPort });
        await joinDevices(edge, names);
        edges.push(edge);
      }
      await trainLive(edges);

      const kept: CloudCheckpoint[] = [];
      const time = new SimulatedTime();
      const options = NAMES.map((names, community) => simulated({ ...settings, community }, names));
      const tiers = await SimulatedTiers.open({
        ...{ settings, time },
        cloud: {
          log: () => undefined,
          store: {
            load: () => Promise.resolve(undefined),
            commit: (checkpoint) => {
              kept.push(checkpoint);
              return Promise.resolve();
            },
          },
        },
        edges: options,
      });
      await tiers.untilRounds(settings.rounds);
      await tiers.close();

      expect(merges.mock.calls.map(([checkpoint]) => checkpoint)).toEqual(kept);
      expect(kept).toHaveLength(2);
      for (const [community, { store }] of options.entries()) {
        const live = commits.mock.calls.flatMap(([each]) =>
          each.settings.community === community ? [each] : [],
        );
        expect(live.map(comparable)).toEqual(store.commits.map(comparable));
        expect(store.commits.at(-1)?.losses).toHaveLength(4);
        expect(store.commits.at(-1)?.globalVersion).toBe(2);
      }
    },
  );

  it('COORD-36: one tier, divided networks: losses of each step, both networks and groups of each commit', async () => {
    const settings = smallRun({
      ...{ strategy: 'huscf-gan', cuts: 'random', encoding: 'float32', rounds: 3, stepsPerRound: 4 },
      ...{ minimumDevices: 3, warmUpRounds: 1, recutGain: 0, seed: 7 },
    });
    const names = ['d1', 'd2', 'd3'];
    const commits = vi.spyOn(RunStore.prototype, 'commit');
    const coordinator = await serve({ run: settings, name: 'run' });
    await joinDevices(coordinator, names);
    await trainLive([coordinator]);

    const options = simulated(settings, names);
    const run = await SimulatedRun.open({ ...options, settings, time: new SimulatedTime() });
    await run.untilRounds(settings.rounds);
    await run.close();
    expect(commits.mock.calls.map(([each]) => comparable(each))).toEqual(
      options.store.commits.map(comparable),
    );
    expect(options.store.commits.at(-1)?.losses).toHaveLength(12);
    expect(
      new Set(options.store.commits.flatMap(({ members }) => members.map(({ cut }) => JSON.stringify(cut))))
        .size,
    ).toBeGreaterThan(1);
  });
});
