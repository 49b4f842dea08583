// Several edges and their cloud in one process, on one virtual time.
import { Cloud, type CloudStorePort } from '../cloud/index.ts';
import type { RunSettings } from '../protocol/index.ts';
import type { CloudPort, LogEvent, StorePort } from '../session/index.ts';
import type { NamedTensors } from '../tensors/index.ts';
import { SimulatedRun, type SimulatedRunOptions } from './simulated-run.ts';
import type { SimulatedTime } from './simulated-time.ts';

/** One edge: everything of a simulated run but what the tiers share. */
export type SimulatedEdgeOptions = Omit<SimulatedRunOptions, 'settings' | 'time' | 'cloud'>;

/** The way between an edge and the cloud; absent: it takes no time. */
export interface CloudLine {
  readonly bytesPerSecond: number;
  readonly roundTripSeconds: number;
}

export interface SimulatedTiersOptions {
  /** `community` is each edge's own index, whatever it is here. */
  readonly settings: RunSettings;
  readonly time: SimulatedTime;
  readonly cloud: { readonly store: CloudStorePort; readonly log: LogEvent; readonly line?: CloudLine };
  /** One a community, in the order of the settings' list. */
  readonly edges: readonly SimulatedEdgeOptions[];
}

/** Bytes between the edges and the cloud. */
export interface CloudTraffic {
  readonly up: number;
  readonly down: number;
}

/** Edges open one after the other, and train at the same time. */
export class SimulatedTiers {
  readonly cloud: Cloud;
  /** By community. */
  readonly edges: readonly SimulatedRun[];
  readonly #time: SimulatedTime;
  readonly #traffic: { up: number; down: number };
  readonly #ending: Ending;

  private constructor(cloud: Cloud, edges: readonly SimulatedRun[], shared: Shared) {
    this.cloud = cloud;
    this.edges = edges;
    this.#time = shared.time;
    this.#traffic = shared.traffic;
    this.#ending = shared.ending;
  }

  /** Opens the cloud and all edges from their stores; throws an Error about a community without an edge. */
  static async open({ settings, time, cloud, edges }: SimulatedTiersOptions): Promise<SimulatedTiers> {
    const { communities } = settings;
    if (edges.length !== communities.length)
      throw new Error(
        `${communities.length} communities (${communities.join(', ')}) need as many edges, not ${edges.length}.`,
      );
    const traffic = { up: 0, down: 0 };
    const ending = new Ending();
    const { store, log, line } = cloud;
    const top = await time.during(
      Cloud.open(settings, {
        clock: time.clock,
        log,
        during: (work) => time.during(work),
        store: {
          load: () => time.during(store.load()),
          commit: (checkpoint) => ending.unlessEnding(() => time.during(store.commit(checkpoint))),
        },
      }),
    );
    const runs: SimulatedRun[] = [];
    for (const [community, edge] of edges.entries()) {
      top.arrive(community);
      const port = cloudPort({ cloud: top, time, line, community, traffic, ending });
      const own: StorePort = {
        load: () => edge.store.load(),
        commit: (checkpoint) => ending.unlessEnding(() => edge.store.commit(checkpoint)),
        saveSamples: (samples) => edge.store.saveSamples(samples),
        sampleRounds: () => edge.store.sampleRounds(),
      };
      runs.push(
        await SimulatedRun.open({
          ...edge,
          store: own,
          settings: { ...settings, community },
          time,
          cloud: port,
        }),
      );
    }
    return new SimulatedTiers(top, runs, { time, traffic, ending });
  }

  /** What went between the edges and the cloud since this simulation was opened. */
  get traffic(): CloudTraffic {
    return { ...this.#traffic };
  }

  /**
   * Trains until every edge has committed so many rounds, or until the signal: then what is merged is committed below, and
   * nothing else is merged. Throws an Error with the reason when an edge cannot go on.
   */
  async untilRounds(committed: number, signal?: AbortSignal): Promise<void> {
    const behind = () => this.edges.filter(({ loop }) => loop.committedRound + 1 < committed);
    for (const { loop } of behind()) loop.command('start');
    await this.#time.runUntil(() => {
      for (const edge of this.edges) edge.requireProgress();
      this.#ending.mergesNoMore ||= signal?.aborted === true;
      return behind().length === 0 || (signal?.aborted === true && this.#isMergedCommitted());
    });
    if (signal?.aborted) for (const edge of this.edges) await edge.devicesKnow();
  }

  /** Ends all edges and the cloud, and drops the rounds in progress; the bodies are the caller's. */
  async close(): Promise<void> {
    this.#ending.begin();
    await this.#time.until(
      Promise.all([...this.edges.map((edge) => edge.leave()), this.#time.during(this.cloud.close())]),
    );
  }

  /** A round that the cloud has merged counts below too: an edge that repeated it would bring it twice. */
  #isMergedCommitted(): boolean {
    const { communities } = this.cloud.view();
    return this.edges.every(({ loop }, k) => (communities[k]?.last?.round ?? -1) <= loop.committedRound);
  }
}

interface Shared {
  readonly time: SimulatedTime;
  readonly traffic: { up: number; down: number };
  readonly ending: Ending;
}

/** How a simulation of tiers ends: first nothing is merged any more, then nothing is kept. */
class Ending {
  mergesNoMore = false;
  #hasBegun = false;
  #reject: (reason: Error) => void = () => undefined;
  readonly #end = new Promise<never>((_, reject) => {
    this.#reject = reject;
  });

  constructor() {
    this.#end.catch(() => undefined);
  }

  /** Everything that still waits is rejected. */
  begin(): void {
    this.mergesNoMore = true;
    this.#hasBegun = true;
    this.#reject(new Error(ENDED));
  }

  /** As the work does, but rejects at the end. */
  orEnd<Result>(work: Promise<Result>): Promise<Result> {
    return Promise.race([work, this.#end]);
  }

  /** Merges, unless the simulation ends: then it rejects at the end. */
  merge<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.mergesNoMore ? this.#end : this.orEnd(work());
  }

  unlessEnding(commit: () => Promise<void>): Promise<void> {
    return this.#hasBegun ? Promise.reject(new Error(ENDED)) : commit();
  }
}

const ENDED = 'the simulation has ended';

/** Milliseconds by which a community's messages come after those of the one before it: ties have one order. */
const TIE_MS = 1e-3;

/** An edge's way to the cloud: uploads and models take their time. */
function cloudPort({
  cloud,
  time,
  line,
  community,
  traffic,
  ending,
}: {
  readonly cloud: Cloud;
  readonly time: SimulatedTime;
  readonly line: CloudLine | undefined;
  readonly community: number;
  readonly traffic: { up: number; down: number };
  readonly ending: Ending;
}): CloudPort {
  const travel = async (direction: 'up' | 'down', values: NamedTensors) => {
    const bytes = [...values.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
    traffic[direction] += bytes;
    const seconds = line ? line.roundTripSeconds / 2 + bytes / line.bytesPerSecond : 0;
    await time.wait(1000 * seconds + TIE_MS * (community + 1));
  };
  return {
    merge: async (upload) => {
      await travel('up', upload.generator);
      const model = await ending.merge(() => cloud.merge(upload));
      await travel('down', new Map([...model.generator, ...(model.domainClassifier ?? [])]));
      return model;
    },
    latest: () => cloud.latest(),
  };
}
