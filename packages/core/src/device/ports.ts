// What the device's loop needs from its surroundings: a Worker, a Node process and a test each bring their own.
import type { Cut, Exchange } from '../architecture/index.ts';
import type { Clock } from '../clock.ts';
import type { DeviceProfile } from '../cut/index.ts';
import type { ImageSet } from '../data/index.ts';
import type { Half, HalfOptions, TrainingBatch } from '../gan/index.ts';
import type { Connection, RunSettings, Standing } from '../protocol/index.ts';
import type { Random } from '../random.ts';
import type { NamedTensors, OptimiserState, PlainTensor } from '../tensors/index.ts';

/** The engine that runs here, as the ladder chose and verified it. */
export interface DeviceEngine {
  readonly backend: 'webgpu' | 'webgl' | 'wasm' | 'tensorflow' | 'cpu';
  readonly adapter: string;
  /** Why this one, in a sentence for the volunteer's details. */
  readonly reason: string;
}

/** Images that no training sees: bytes, image after image, and the class of each. */
export type HeldOutImages = Pick<ImageSet, 'images' | 'labels'>;

/** The device's own images; nothing of them leaves the device. */
export interface DeviceImages {
  /** How many images are connected. */
  readonly count: number;
  /** Height, width and channels of each; points of the plane are one pixel with two channels. */
  readonly shape: ImageSet['shape'];
  /** The classes that their labels count. */
  readonly classNames: readonly string[];
  /** How many labels there are among them. */
  readonly labelsHeld: number;
  /** Draws exactly `batch` images in NHWC order, [-1, 1], with their labels. */
  draw(batch: number): Pick<TrainingBatch, 'images' | 'labels'>;
  /** Images that are never drawn from now on: about this share; undefined where the device has too few to spare any. */
  setAside(share: number): HeldOutImages | undefined;
}

/** What a device keeps of a run between visits: its token, and its segments and their moments of the last commit. */
export interface DeviceMemory {
  readonly token: string;
  readonly committedRound: number;
  readonly layers?: NamedTensors;
  readonly moments?: OptimiserState;
}

/** The device's own storage (OPFS in a browser, a folder in Node, a map in tests). */
export interface DeviceStorage {
  load(runId: string): Promise<DeviceMemory | undefined>;
  save(runId: string, memory: DeviceMemory): Promise<void>;
  forget(runId: string): Promise<void>;
}

/** What a device computes: its part of an exchange up to the message, or anything else (pictures, layers, warming up). */
export type DeviceWork =
  { readonly kind: 'exchange'; readonly cut: Cut; readonly exchange: Exchange } | { readonly kind: 'other' };

/** Runs a device's work; resolves when the device would be done with it. */
export type DevicePace = <Result>(work: DeviceWork, compute: () => Promise<Result>) => Promise<Result>;

export interface DevicePorts {
  /** Opens a connection to the coordinator; rejects with a clear Error when it cannot be reached. */
  connect(): Promise<Connection>;
  readonly clock: Clock;
  readonly random: Random;
  readonly engine: DeviceEngine;
  readonly images: DeviceImages;
  readonly storage: DeviceStorage;
  /** The device's speed where it is known, as in simulations; absent: it is measured when the coordinator asks. */
  readonly profile?: DeviceProfile;
  /** Makes what computes here; absent: on the engine of this process. */
  readonly makeHalf?: (options: HalfOptions) => Half;
  /** Simulations say how long computing takes; absent: as long as it takes. */
  readonly pace?: DevicePace;
  /** Told about every change; never more often than the loop moves. */
  onStatus(status: DeviceStatus): void;
  /** Samples of the device's own group: one image a class. [classes, h, w, c] in [-1, 1]. */
  onSamples(samples: { readonly round: number; readonly images: PlainTensor }): void;
}

export interface DeviceIdentity {
  /** Absent: whatever run the coordinator has. */
  readonly runId?: string;
  readonly joinCode?: string;
  readonly name: string;
  readonly kind: 'browser' | 'node';
}

/** Where the device stands, with only the fields that exist there. */
export type DeviceState =
  | { readonly state: 'connecting' }
  | { readonly state: 'checking-speed'; readonly progress: number }
  | { readonly state: 'standing'; readonly standing: Standing }
  | { readonly state: 'reconnecting'; readonly attempt: number; readonly nextTryAtMs: number }
  | { readonly state: 'refused'; readonly code: string; readonly message: string }
  | { readonly state: 'left' };

/** Everything the volunteer's page shows of its device. */
export interface DeviceStatus {
  readonly current: DeviceState;
  readonly engine: DeviceEngine;
  readonly deviceId?: string;
  readonly settings?: RunSettings;
  readonly profile?: DeviceProfile;
  readonly assignment?: {
    readonly round: number;
    readonly cut: Cut;
    readonly cluster: number;
    readonly weight: number;
    readonly predictedStepSeconds: number;
  };
  readonly lastStep?: {
    readonly round: number;
    readonly step: number;
    readonly seconds: number;
    readonly computeSeconds: number;
  };
  /** The last 500 steps' batch means. */
  readonly losses: readonly LossPoint[];
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly stepsDone: number;
  readonly stepsMissed: number;
  /** The last 50 events, oldest first, in words. */
  readonly events: readonly { readonly atMs: number; readonly text: string }[];
}

export interface LossPoint {
  readonly round: number;
  readonly step: number;
  readonly discriminatorReal: number;
  readonly discriminatorFake: number;
  readonly generator: number;
}

/** How hard the device works: pauses between steps as a share of the step's time. */
export type PowerSetting = 'gentle' | 'normal' | 'full';
