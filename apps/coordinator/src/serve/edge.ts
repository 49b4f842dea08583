// An edge of a cloud: its link upwards, what it says of itself there, and what its pages show of the tiers.
import { randomInt } from 'node:crypto';
import type { Clock } from '@tessera/core/clock';
import { type EdgeNews, MAXIMUM_EDGE_URLS, MAXIMUM_LISTED_DEVICES } from '@tessera/core/protocol';
import { Random } from '@tessera/core/random';
import type { CloudPort, LogEvent, RunLoop } from '@tessera/core/session';
import { CloudLink } from '@tessera/core/tiers';
import type { Config } from '../config/index.ts';
import type { JoinInfo, TierPages } from '../server/index.ts';
import { edgeToken } from '../store/index.ts';
import { connectToCoordinator, trustFor } from '../transport/index.ts';
import type { Closers } from './closers.ts';
import { CloudSamples } from './cloud-samples.ts';

/** Which cloud, and who this is there. */
export interface EdgeOptions {
  readonly cloud: URL;
  /** SHA-256 of the cloud's certificate, where no authority vouches for it. */
  readonly fingerprint?: string | undefined;
  /** What the cloud asks its edges for. */
  readonly joinCode?: string | undefined;
}

export interface EdgeSurroundings {
  readonly config: Config;
  readonly dataDir: string;
  readonly log: LogEvent;
  readonly clock: Clock;
  readonly closers: Closers;
}

/** The edge's part of a coordinator. */
export class Edge {
  readonly #options: EdgeOptions;
  readonly #community: string;
  readonly #samples: CloudSamples;
  #link: CloudLink | undefined;
  #run: RunLoop | undefined;
  #join: () => JoinInfo = () => ({ urls: [] });

  /** Connects to the cloud, or goes on without; throws the TesseraError with which the cloud refuses this edge. */
  static async open(options: EdgeOptions, surroundings: EdgeSurroundings): Promise<Edge> {
    const { config, dataDir, log, clock, closers } = surroundings;
    const edge = new Edge(options, config);
    const { cloud, fingerprint, joinCode } = options;
    const connect = async () =>
      connectToCoordinator(cloud, { as: 'edge', trust: await trustFor(cloud, fingerprint) });
    const link = await CloudLink.open(
      { settings: config.run, community: edge.#community, start: randomInt(2 ** 32), joinCode },
      {
        ...{ clock, log, connect },
        random: new Random(`edge/${randomInt(2 ** 32)}`),
        memory: edgeToken(dataDir),
        news: () => edge.#news(),
      },
    );
    edge.#link = link;
    closers.add(() => {
      link.close();
    });
    if (link.standing.standing === 'away') log('warn', 'cloud-away', { reason: link.standing.reason });
    closers.add(
      link.onChange(() => {
        edge.#samples.follow(link.tree?.version ?? 0);
      }),
    );
    return edge;
  }

  private constructor(options: EdgeOptions, { run }: Config) {
    this.#options = options;
    this.#community = run.communities[run.community] ?? '';
    this.#samples = new CloudSamples(options);
  }

  /** For the run. */
  get cloud(): CloudPort {
    if (!this.#link) throw new Error('the edge is not open');
    return this.#link;
  }

  /** From here on the edge tells its cloud of this run; a change between work and rest is told at once. */
  serves(run: RunLoop, join: () => JoinInfo): void {
    this.#run = run;
    this.#join = join;
    let phase = run.place.phase;
    run.onChange(() => {
      if (run.place.phase === phase) return;
      phase = run.place.phase;
      this.#link?.tellNews();
    });
    this.#link?.tellNews();
  }

  /** What the pages show of the tiers. */
  readonly pages: TierPages = {
    view: () => {
      const standing = this.#link?.standing ?? { standing: 'connecting' as const };
      const reason =
        standing.standing === 'refused'
          ? standing.message
          : standing.standing === 'away'
            ? standing.reason
            : undefined;
      const tree = this.#link?.tree;
      return {
        tier: 'edge',
        community: this.#community,
        ...(this.#link?.seat !== undefined && { seat: this.#link.seat }),
        cloud: {
          url: this.#options.cloud.href,
          standing: standing.standing,
          ...(reason !== undefined && { reason }),
        },
        ...(tree && { tree }),
        sampleVersions: this.#samples.versions,
      };
    },
    samples: (version) => this.#samples.read(version),
  };

  #news(): EdgeNews {
    const run = this.#run;
    if (!run)
      return { phase: 'not-started', round: 0, step: 0, committedRound: -1, here: 0, devices: [], urls: [] };
    const { phase, round, step, committedRound, devices } = run.view();
    const { urls, fingerprint } = this.#join();
    const here = devices.filter(({ connected }) => connected);
    return {
      ...{ phase, round, step, committedRound, here: here.length },
      devices: [...here, ...devices.filter(({ connected }) => !connected)]
        .slice(0, MAXIMUM_LISTED_DEVICES)
        .map(({ id, name, kind, connected, standing, lastSeenSecondsAgo }) => ({
          ...{ id, name, kind, connected, standing, lastSeenSecondsAgo },
        })),
      urls: urls.slice(-MAXIMUM_EDGE_URLS),
      ...(fingerprint !== undefined && { fingerprint }),
    };
  }
}
