// What the run page and the wall show: the whole public state of a run as plain JSON, without any secret.
import type { Cut } from '../architecture/index.ts';
import type { RunSettings, Standing } from '../protocol/index.ts';

export type RunPhase =
  | 'not-started'
  | 'waiting-for-devices'
  | 'preparing'
  | 'training'
  | 'federating'
  | 'judging'
  | 'paused'
  | 'finished';

export interface RunView {
  readonly settings: RunSettings;
  readonly phase: RunPhase;
  /** The round in progress, counted from 0. */
  readonly round: number;
  readonly step: number;
  /** The last committed round, -1 before the first commit. */
  readonly committedRound: number;
  /** Devices ready for training against the minimum. */
  readonly here: number;
  readonly needed: number;
  readonly elapsedSeconds: number;
  readonly secondsLeft?: number;
  readonly devices: readonly DeviceView[];
  /** Means over devices, one entry a step, the last 2,000 (older ones thinned). */
  readonly losses: readonly {
    readonly round: number;
    readonly step: number;
    readonly discriminatorReal: number;
    readonly discriminatorFake: number;
    readonly generator: number;
  }[];
  /** Which device was in which group at each committed round; the last 200 rounds. */
  readonly groups: readonly { readonly round: number; readonly of: Readonly<Record<string, number>> }[];
  /** What classifiers got right on images that devices hold out, by group; the last 200 rounds that were judged. */
  readonly judged: readonly JudgedRound[];
  /** Names of all devices that the run remembers, those that have left among them, by id. */
  readonly names: Readonly<Record<string, string>>;
  /** Where the time of the last steps went, in seconds (means of the last 20 steps). */
  readonly stepTime?: {
    readonly total: number;
    readonly predicted: number;
    readonly body: number;
    readonly deviceCompute: number;
    readonly wireAndWaiting: number;
  };
  /** This edge's community and what it last heard from the cloud; absent in a run without tiers. */
  readonly community?: {
    readonly index: number;
    readonly name: string;
    /** The global model that the round in progress started from. */
    readonly version: number;
    /** Whether the cloud answered when it was last asked; absent: it was not asked yet. */
    readonly reached?: boolean;
    /** What the community counts in the newest global model. */
    readonly weight?: number;
    /** The score of its last round. */
    readonly score?: number;
    readonly lastContactSecondsAgo?: number;
  };
  readonly engine: { readonly backend: string; readonly adapter: string; readonly reason: string };
  /** Rounds for which samples can be fetched. */
  readonly sampleRounds: readonly number[];
  readonly warnings: readonly { readonly code: string; readonly sentence: string }[];
  readonly bytesReceived: number;
  readonly bytesSent: number;
}

/** What the devices said of the classifiers of one committed round. */
export interface JudgedRound {
  readonly round: number;
  readonly groups: readonly {
    readonly cluster: number;
    readonly right: number;
    readonly total: number;
    /** How many devices have answered. */
    readonly devices: number;
  }[];
}

export interface DeviceView {
  readonly id: string;
  readonly name: string;
  readonly kind: 'browser' | 'node';
  readonly connected: boolean;
  readonly standing: Standing['standing'];
  readonly reason?: string;
  readonly backend?: string;
  readonly adapter?: string;
  /** Claimed images, after the run's cap. */
  readonly samples?: number;
  readonly cut?: Cut;
  readonly cluster?: number;
  readonly weight?: number;
  readonly stepSeconds?: number;
  readonly predictedStepSeconds?: number;
  readonly lastSeenSecondsAgo: number;
  readonly missesInARow: number;
  readonly bytesReceived: number;
  readonly bytesSent: number;
}

/** Samples of one committed round: for every group one image a class, as bytes. */
export interface RoundSamples {
  readonly round: number;
  /** [height, width, channels]. */
  readonly shape: readonly [number, number, number];
  readonly groups: readonly {
    readonly cluster: number;
    readonly labels: readonly number[];
    /** base64 of labels.length * h * w * c bytes, row-major. */
    readonly pixels: string;
  }[];
}
