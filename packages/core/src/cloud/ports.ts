// What the cloud needs from its surroundings, what it keeps, and what the pages see of it.
import type { Clock } from '../clock.ts';
import type { RunSettings } from '../protocol/index.ts';
import type { LogEvent } from '../session/index.ts';
import type { NamedTensors, OptimiserState } from '../tensors/index.ts';
import type { EdgeUpload } from './edges.ts';

/** An edge's last upload, and the merge that first had it. */
export interface KeptUpload extends EdgeUpload {
  readonly version: number;
}

/** The domain classifier of label related strategies and both optimisers' memory. */
export interface DomainState {
  readonly classifier: NamedTensors;
  readonly moments: OptimiserState;
}

/** Computes what a label related run adds at each merge. */
export interface DomainTermsPort {
  /** Trains the classifier on what this generator draws, then the generator; `before` is what the last merge left. */
  improve(
    generator: NamedTensors,
    version: number,
    before?: DomainState,
  ): Promise<{ readonly generator: NamedTensors; readonly domains: DomainState }>;
}

/** Everything that a cloud needs to go on after a crash. */
export interface CloudCheckpoint {
  readonly settings: RunSettings;
  /** Counts the merges. */
  readonly version: number;
  readonly generator: NamedTensors;
  readonly weights: ReadonlyMap<number, number>;
  /** By the edge's number. */
  readonly uploads: ReadonlyMap<number, KeptUpload>;
  readonly domains?: DomainState;
}

/** Where the cloud keeps its last merge. */
export interface CloudStorePort {
  load(): Promise<CloudCheckpoint | undefined>;
  /** Resolves when the checkpoint would survive a crash; rejects with an Error that says why it does not. */
  commit(checkpoint: CloudCheckpoint): Promise<void>;
}

export interface CloudPorts {
  readonly clock: Clock;
  readonly store: CloudStorePort;
  readonly log: LogEvent;
  /** Computes the domain terms elsewhere; absent: here, on the engine that is set. */
  readonly terms?: DomainTermsPort | undefined;
  /** Simulations stop their clock while the domain terms are computed. */
  readonly during?: <Result>(work: Promise<Result>) => Promise<Result>;
}

/** The whole public state of a cloud as plain JSON. */
export interface CloudView {
  readonly version: number;
  readonly communities: readonly CommunityView[];
}

/** One community as the cloud knows it. */
export interface CommunityView {
  readonly community: number;
  readonly name: string;
  /** An edge of it is at work. */
  readonly present: boolean;
  /** An upload of it waits for those of others. */
  readonly waiting: boolean;
  /** What it last brought, its edges together; absent before its first upload. */
  readonly last?: {
    readonly round: number;
    readonly iterations: number;
    readonly score: number;
    /** The merge that first had it. */
    readonly version: number;
    /** Merges since the one that its round started from. */
    readonly staleness: number;
  };
  /** What it counts in the global model. */
  readonly weight: number;
  /** Milliseconds since an edge of it was last heard of; absent: never since the cloud's start. */
  readonly lastContactMs?: number;
  /** Those that are at work or have something in the global model, in the order of their seats. */
  readonly edges: readonly EdgeView[];
}

/** One edge of a community as the cloud knows it. */
export interface EdgeView {
  readonly seat: number;
  readonly waiting: boolean;
  /** What it counts in its community's generator. */
  readonly share: number;
}
