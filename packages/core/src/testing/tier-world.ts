// A cloud and its edges' links in memory and virtual time, with hands on every cable.
import { VirtualClock } from '../clock.ts';
import { Cloud, type CloudCheckpoint } from '../cloud/index.ts';
import {
  type EdgeNews,
  type RunSettings,
  runSettingsSchema,
  runSpec,
  TesseraError,
} from '../protocol/index.ts';
import { Random } from '../random.ts';
import type { CommunityUpload } from '../session/index.ts';
import { advance, advanceUntil, memoryAccess, type MemoryPair, memoryPair } from '../simulation/index.ts';
import { networkParameters } from '../federate/index.ts';
import type { NamedTensors } from '../tensors/index.ts';
import { CloudHost, CloudLink, type EdgeDigests, type EdgeIdentity } from '../tiers/index.ts';

/** Settings of a run in three tiers with the narrowest networks. */
export function tierRun(changes: Partial<RunSettings> = {}): RunSettings {
  return runSettingsSchema.parse({
    id: 'tiers',
    title: 'Three tiers',
    classes: ['0', '1'],
    strategy: 'fr-sync',
    communities: ['North', 'South'],
    width: 1 / 16,
    zDim: 4,
    batch: 4,
    ...changes,
  });
}

/** A generator of the run with numbers from a seed. */
export function someGenerator(settings: RunSettings, seed: number): NamedTensors {
  const { generator } = runSpec(settings);
  const random = new Random(`generator/${seed}`);
  return new Map(
    networkParameters(generator, 1, generator.blocks.length).map(({ name, shape }) => [
      name,
      { shape, data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal()) },
    ]),
  );
}

/** One edge's link, and the hands on its cable. */
export interface WorldEdge {
  readonly link: CloudLink;
  readonly identity: EdgeIdentity;
  /** The token that it keeps. */
  token: string | undefined;
  /** The connection in use. */
  pair(): MemoryPair;
  connections(): number;
  /** What it says of itself from now on. */
  news: EdgeNews;
  upload(round: number, changes?: Partial<CommunityUpload>): CommunityUpload;
}

export interface EdgeChanges {
  readonly settings?: Partial<RunSettings>;
  readonly joinCode?: string;
  readonly token?: string | undefined;
  readonly start?: number;
  readonly phase?: string;
}

/** One cloud; its store outlives its restarts. */
export class TierWorld {
  readonly clock = new VirtualClock();
  readonly settings: RunSettings;
  readonly log: { readonly event: string; readonly fields: unknown }[] = [];
  readonly #joinCode: string | undefined;
  readonly #pairs = new Set<MemoryPair>();
  readonly #random = new Random('tiers');
  checkpoint: CloudCheckpoint | undefined;
  /** Merges that were written. */
  commits = 0;
  /** False: a write to the cloud's disk never ends. */
  keepsDisk = true;
  /** False: nobody can connect. */
  reachable = true;
  digests: EdgeDigests = new Map();
  #starts = 0;
  #host: CloudHost | undefined;

  static async open(settings: Partial<RunSettings> = {}, joinCode?: string): Promise<TierWorld> {
    const world = new TierWorld(tierRun(settings), joinCode);
    await world.restart();
    return world;
  }

  private constructor(settings: RunSettings, joinCode: string | undefined) {
    this.settings = settings;
    this.#joinCode = joinCode;
  }

  get host(): CloudHost {
    if (!this.#host) throw new Error('the cloud is not running');
    return this.#host;
  }

  /** Kills the cloud without a goodbye, and starts it again from its store. */
  async restart(): Promise<void> {
    for (const pair of this.#pairs) pair.cut();
    this.#pairs.clear();
    this.#starts += 1;
    const log = (_: string, event: string, fields: unknown) => this.log.push({ event, fields });
    const cloud = await Cloud.open(this.settings, {
      clock: this.clock,
      log,
      store: {
        load: () => Promise.resolve(this.checkpoint),
        commit: (checkpoint) => {
          if (!this.keepsDisk) return new Promise(() => undefined);
          this.checkpoint = checkpoint;
          this.commits += 1;
          return Promise.resolve();
        },
      },
    });
    this.#host = await CloudHost.open({
      ...{ clock: this.clock, cloud, log, run: this.#starts },
      access: memoryAccess(this.#random, this.#joinCode),
      memory: {
        load: () => Promise.resolve(this.digests),
        save: (digests) => {
          this.digests = new Map(digests);
          return Promise.resolve();
        },
      },
    });
  }

  /** An edge whose link has been welcomed, or is away; rejects with the refusal. */
  async edge(community: string, changes: EdgeChanges = {}): Promise<WorldEdge> {
    const index = Math.max(0, this.settings.communities.indexOf(community));
    const settings = { ...this.settings, community: index, ...changes.settings };
    const identity: EdgeIdentity = {
      ...{ settings, community, joinCode: changes.joinCode },
      start: changes.start ?? this.#random.nextUint32(),
    };
    let pair: MemoryPair | undefined;
    let connections = 0;
    const edge = {
      identity,
      token: changes.token,
      news: newsOf(changes.phase ?? 'training'),
      pair: () => {
        if (!pair) throw new Error('the edge has not connected');
        return pair;
      },
      connections: () => connections,
      upload: (round: number, more: Partial<CommunityUpload> = {}): CommunityUpload => ({
        ...{ community: index, round, score: -0.5, iterations: 3, basedOn: 0 },
        generator: someGenerator(this.settings, 100 * index + round),
        ...more,
      }),
    };
    const opening = CloudLink.open(identity, {
      clock: this.clock,
      random: this.#random.fork(`${community}/${connections}`),
      log: (_, event, fields) => this.log.push({ event, fields }),
      connect: () => {
        connections += 1;
        if (!this.reachable) return Promise.reject(new Error('nobody listens there'));
        pair = memoryPair({ clock: this.clock, random: this.#random });
        this.#pairs.add(pair);
        this.host.attach(pair.coordinator, '127.0.0.1');
        return Promise.resolve(pair.device);
      },
      memory: {
        load: () => Promise.resolve(edge.token),
        save: (token) => {
          edge.token = token;
          return Promise.resolve();
        },
      },
      news: () => edge.news,
    });
    return Object.assign(edge, { link: await this.after(opening) });
  }

  /** Moves time until the promise has settled. */
  async after<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const settle = () => {
      isSettled = true;
    };
    promise.then(settle, settle);
    await advanceUntil(this.clock, () => isSettled, { stepMs: 50, limitMs: 2_000_000 });
    return promise;
  }

  pass(milliseconds: number): Promise<void> {
    return advance(this.clock, milliseconds, 100);
  }
}

/** What an edge says of itself in a phase. */
export function newsOf(phase: string, urls: readonly string[] = ['http://localhost:7777/']): EdgeNews {
  return { phase, round: 0, step: 0, committedRound: -1, here: 1, devices: [], urls: [...urls] };
}

/** The error of a promise that must fail. */
export async function errorOf(promise: Promise<unknown>): Promise<TesseraError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof TesseraError)) throw new Error(`no TesseraError but ${String(error)}`);
  return error;
}
