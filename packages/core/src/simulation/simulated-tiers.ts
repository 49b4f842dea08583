// Several edges and their cloud in one process, on one virtual time.
import { Cloud, type CloudStorePort } from '../cloud/index.ts';
import type { RunSettings } from '../protocol/index.ts';
import type { CloudPort, LogEvent } from '../session/index.ts';
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

  private constructor(
    cloud: Cloud,
    edges: readonly SimulatedRun[],
    shared: { readonly time: SimulatedTime; readonly traffic: { up: number; down: number } },
  ) {
    this.cloud = cloud;
    this.edges = edges;
    this.#time = shared.time;
    this.#traffic = shared.traffic;
  }

  /** Opens the cloud and all edges from their stores; throws an Error about a community without an edge. */
  static async open({ settings, time, cloud, edges }: SimulatedTiersOptions): Promise<SimulatedTiers> {
    const { communities } = settings;
    if (edges.length !== communities.length)
      throw new Error(
        `${communities.length} communities (${communities.join(', ')}) need as many edges, not ${edges.length}.`,
      );
    const traffic = { up: 0, down: 0 };
    const { store, log, line } = cloud;
    const top = await time.during(
      Cloud.open(settings, {
        clock: time.clock,
        log,
        during: (work) => time.during(work),
        store: {
          load: () => time.during(store.load()),
          commit: (checkpoint) => time.during(store.commit(checkpoint)),
        },
      }),
    );
    const runs: SimulatedRun[] = [];
    for (const [community, edge] of edges.entries()) {
      top.arrive(community);
      const port = cloudPort({ cloud: top, time, line, community, traffic });
      runs.push(
        await SimulatedRun.open({ ...edge, settings: { ...settings, community }, time, cloud: port }),
      );
    }
    return new SimulatedTiers(top, runs, { time, traffic });
  }

  /** What went between the edges and the cloud since this simulation was opened. */
  get traffic(): CloudTraffic {
    return { ...this.#traffic };
  }

  /**
   * Trains until every edge has committed so many rounds, or until the signal; throws an Error with the reason when an
   * edge pauses by itself.
   */
  async untilRounds(committed: number, signal?: AbortSignal): Promise<void> {
    const behind = () => this.edges.filter(({ loop }) => loop.committedRound + 1 < committed);
    for (const { loop } of behind()) loop.command('start');
    await this.#time.runUntil(() => {
      for (const { loop } of this.edges)
        if (loop.pausedBecause !== undefined) throw new Error(loop.pausedBecause);
      return behind().length === 0 || signal?.aborted === true;
    });
  }

  /** Ends all edges and the cloud; the bodies are the caller's. */
  async close(): Promise<void> {
    for (const edge of this.edges) await edge.close();
    await this.#time.during(this.cloud.close());
  }
}

/** Milliseconds by which a community's messages come after those of the one before it: ties have one order. */
const TIE_MS = 1e-3;

/** An edge's way to the cloud: uploads and models take their time. */
function cloudPort({
  cloud,
  time,
  line,
  community,
  traffic,
}: {
  readonly cloud: Cloud;
  readonly time: SimulatedTime;
  readonly line: CloudLine | undefined;
  readonly community: number;
  readonly traffic: { up: number; down: number };
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
      const model = await cloud.merge(upload);
      await travel('down', model.generator);
      return model;
    },
    latest: () => cloud.latest(),
  };
}
