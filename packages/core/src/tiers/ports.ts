// What both ends between an edge and its cloud need from their surroundings.
import type { Clock } from '../clock.ts';
import type { Cloud } from '../cloud/index.ts';
import type { Connection, EdgeNews, RunSettings } from '../protocol/index.ts';
import type { Random } from '../random.ts';
import type { AccessPort, LogEvent } from '../session/index.ts';

/** The edge's side. */
export interface CloudLinkPorts {
  readonly clock: Clock;
  /** Spreads the tries of many edges. */
  readonly random: Random;
  readonly log: LogEvent;
  /** Opens one connection to the cloud; rejects when it cannot be reached. */
  connect(): Promise<Connection>;
  /** With what the edge comes back as itself; kept over its restarts. */
  readonly memory: EdgeMemory;
  /** What the edge says of itself. */
  news(): EdgeNews;
}

/** The secret by which the cloud knows its edge again. */
export interface EdgeMemory {
  load(): Promise<string | undefined>;
  save(token: string): Promise<void>;
}

/** Which edge this is. */
export interface EdgeIdentity {
  readonly settings: RunSettings;
  /** Name of the community. */
  readonly community: string;
  /** A fresh number for this start of the edge. */
  readonly start: number;
  readonly joinCode?: string | undefined;
}

/** The cloud's side. */
export interface CloudHostPorts {
  readonly clock: Clock;
  readonly cloud: Pick<Cloud, 'settings' | 'arrive' | 'leave' | 'merge' | 'latest' | 'view'>;
  readonly access: AccessPort;
  readonly log: LogEvent;
  readonly memory: CommunityMemory;
  /** A fresh 32-bit number for this start of the cloud. */
  readonly run: number;
}

/** By the community's name: one for each edge, in the order of the seats. */
export type EdgeDigests = ReadonlyMap<string, readonly string[]>;

/** Digests of the edges' tokens by community and seat, kept over the cloud's restarts. */
export interface CommunityMemory {
  load(): Promise<EdgeDigests>;
  save(digests: EdgeDigests): Promise<void>;
}
