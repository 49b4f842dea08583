// What the coordinator's loop needs from its surroundings: live code, simulations and tests each bring their own.
import type { Cut, Exchange } from '../architecture/index.ts';
import type { Clock } from '../clock.ts';
import type { CoordinatorProfile } from '../cut/index.ts';
import type { RunSettings } from '../protocol/index.ts';
import type { NamedTensors, OptimiserState, PlainTensor } from '../tensors/index.ts';
import type { RoundSamples, RunView } from './view.ts';

/**
 * The body's weights ('generator.block3.conv.weight', …), the cloud's domain classifier where an edge needs one
 * ('classifier.block1.conv.weight', …), and the memory of all optimisers.
 */
export interface BodyState {
  readonly values: NamedTensors;
  readonly moments: OptimiserState;
}

/** One device's part in a step, as the body sees it. */
export interface BodyParticipant {
  readonly id: string;
  readonly cut: Cut;
  readonly batch: number;
  /** Its cluster of the last federation, where it has one. */
  readonly cluster?: number | undefined;
}

export interface BodyAnswer {
  readonly downs: ReadonlyMap<string, NamedTensors>;
  /** Batch means of the discriminator's block-3 output for real images, [channels, positions], where asked for. */
  readonly features?: ReadonlyMap<string, PlainTensor>;
  /** How far the generator's batch statistics are from its running ones; told with the features. */
  readonly drift?: number;
  /** Where devices judge images: the mean of their scores as they count in the update. */
  readonly score?: number;
  /** Seconds of computing, without waiting in a queue. */
  readonly seconds: number;
}

/** The coordinator's half of the networks: in a worker thread, in this thread, or in a test. */
export interface BodyPort {
  readonly engine: { readonly backend: string; readonly adapter: string; readonly reason: string };
  /** Initial weights of both networks whole, PyTorch's default initialisation, from a seed. */
  initial(seed: number): Promise<NamedTensors>;
  /** Replaces weights and moments, and drops any step in progress. */
  load(state: BodyState): Promise<void>;
  /** Replaces weights alone, while the steps of these devices go on; those of others are dropped. */
  replace(round: { readonly values: NamedTensors; readonly devices: readonly string[] }): Promise<void>;
  state(): Promise<BodyState>;
  /** Begins a step of these devices; `turn` counts the steps of the run. */
  begin(step: { readonly participants: readonly BodyParticipant[]; readonly turn: number }): Promise<void>;
  /** `ups` lacks the devices that are lost in this step. */
  exchange(request: {
    readonly exchange: Exchange;
    readonly ups: ReadonlyMap<string, NamedTensors>;
    readonly features: boolean;
    /** s of each device's answer, where devices answer one by one. */
    readonly staleness?: ReadonlyMap<string, number> | undefined;
  }): Promise<BodyAnswer>;
  /** Drops the step in progress; weights stay as they are. */
  abandonStep(): Promise<void>;
  /** The coordinator's part of one device's preview, in running mode; moves no statistics. */
  preview(request: {
    readonly id: string;
    readonly cut: Cut;
    /** The output of the device's head, where it has one. */
    readonly head: PlainTensor | undefined;
    readonly cluster?: number;
  }): Promise<PlainTensor>;
  /** Images of a whole generator ('block1.…') in running mode, [labels, h, w, c] in [-1, 1]. */
  sample(request: {
    readonly generator: NamedTensors;
    readonly labels: Int32Array;
    readonly seed: number;
  }): Promise<PlainTensor>;
  /** A classifier that learned from images which this generator drew: its weights, in 32 bits. */
  trainClassifier(request: {
    readonly generator: NamedTensors;
    readonly images: number;
    readonly epochs: number;
    readonly seed: number;
  }): Promise<NamedTensors>;
  /** What this body measured of itself at the run's batch. */
  profile(): Promise<CoordinatorProfile>;
}

/** Everything that a coordinator needs to go on after a crash. */
export interface Checkpoint {
  readonly settings: RunSettings;
  /** -1: nothing is committed yet, the weights are the initial ones. */
  readonly committedRound: number;
  readonly body: BodyState;
  /** Per cluster the whole of both networks ('generator.block1.…'). */
  readonly clusterLayers: ReadonlyMap<number, NamedTensors>;
  /** The global average, for newcomers. */
  readonly globalLayers: NamedTensors;
  /** Layers that a device takes instead of its cluster's (MD-GAN's discriminators, which change places). */
  readonly ownLayers: ReadonlyMap<string, NamedTensors>;
  /** Version of the cloud's model that the body goes on with; 0 without a cloud. */
  readonly globalVersion: number;
  readonly members: readonly MemberRecord[];
  readonly losses: RunView['losses'];
  readonly groups: RunView['groups'];
  readonly judged: RunView['judged'];
  /** Seconds of training before this coordinator's start. */
  readonly elapsedSeconds: number;
}

/** A device that took part, as the run remembers it. */
export interface MemberRecord {
  readonly id: string;
  /** Digest of the token with which it resumes; the token itself is not kept. */
  readonly tokenDigest: string;
  readonly name: string;
  readonly kind: 'browser' | 'node';
  readonly cluster?: number;
  readonly weight?: number;
  /** The blocks that it brought to its last federation. */
  readonly cut?: Cut;
}

/** Where checkpoints and samples are kept. */
export interface StorePort {
  /** The newest good checkpoint; `notes` says in sentences what was damaged and passed over. */
  load(): Promise<{ readonly checkpoint?: Checkpoint; readonly notes: readonly string[] }>;
  /** Resolves when the checkpoint would survive a crash; rejects with an Error that says why it does not. */
  commit(checkpoint: Checkpoint): Promise<void>;
  saveSamples(samples: RoundSamples): Promise<void>;
  sampleRounds(): Promise<readonly number[]>;
}

/** Who may join, and the secrets with which devices come back. */
export interface AccessPort {
  /** Undefined: the code is right or none is wanted; else the error code to refuse with. */
  checkJoinCode(code: string | undefined, peer: string): 'wrong-join-code' | 'too-many-attempts' | undefined;
  /** 32 random bytes in base64url. */
  newToken(): string;
  /** One-way digest of a token. */
  digest(token: string): string;
}

/** Structured events for the log; never a tensor, label, token or file name. */
export type LogEvent = (
  level: 'info' | 'warn' | 'error',
  event: string,
  fields?: Readonly<Record<string, string | number | boolean>>,
) => void;

/** What an edge brings to the cloud after its local iterations. */
export interface CommunityUpload {
  /** Index in the run's list of communities. */
  readonly community: number;
  /** The community's own round, counted from 0. */
  readonly round: number;
  /** 'generator.block1…', running statistics included. */
  readonly generator: NamedTensors;
  /** Eq. 1's score: the mean of the devices' weighted scores over the round's iterations. */
  readonly score: number;
  readonly iterations: number;
  /** Version of the global model that the round started from; 0: the initial weights. */
  readonly basedOn: number;
}

/** What the cloud hands out. */
export interface GlobalModel {
  /** Counts the merges. */
  readonly version: number;
  readonly generator: NamedTensors;
  /** What each community counted in it; they sum to 1. */
  readonly weights: ReadonlyMap<number, number>;
  /** With which the edges compute the domain terms, where that is theirs to do. */
  readonly domainClassifier?: NamedTensors;
}

/** The tier above. Both calls reject with an Error when it is out of reach: the edge goes on and brings its next round. */
export interface CloudPort {
  merge(upload: CommunityUpload): Promise<GlobalModel>;
  /** The newest global model, for a start or a return; undefined before the first merge. */
  latest(): Promise<GlobalModel | undefined>;
}

export interface RunPorts {
  readonly clock: Clock;
  readonly body: BodyPort;
  readonly store: StorePort;
  readonly access: AccessPort;
  readonly log: LogEvent;
  /** A fresh 32-bit number for this start of the coordinator. */
  newRunNumber(): number;
  /** Bytes a second of the link that all devices share, where known. */
  readonly linkBytesPerSecond?: number;
  /** The tier above, where the run has one. */
  readonly cloud?: CloudPort;
}
