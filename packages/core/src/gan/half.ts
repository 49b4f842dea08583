// What a device computes of a step, whatever the schedule: the half that trains here.
import type { Cut, Exchange, GanSpec } from '../architecture/index.ts';
import type { AdamSettings } from '../nn/index.ts';
import type { NamedTensors, OptimiserState, PlainTensor } from '../tensors/index.ts';
import type { ExchangeTensors } from './plain.ts';

/** What a device trains on in one step. */
export interface TrainingBatch {
  /** [batch, height, width, channels], row-major, pixels in [-1, 1]. */
  readonly images: Float32Array;
  readonly labels: Int32Array;
  /** [batch, zDim] from N(0, 1). */
  readonly z: Float32Array;
  /** Counts the steps of the run, for labels that follow from it; 0 when absent. */
  readonly turn?: number;
}

/** The batch means of a step's three losses. */
export interface StepLosses {
  readonly discriminatorReal: number;
  readonly discriminatorFake: number;
  readonly generator: number;
}

/** A device's part of a step, whatever the schedule; at most one step is under way. */
export interface Half {
  /** Takes the device's layers ('generator.block1.dense.weight', …) out of the values; others are left alone. */
  load(values: NamedTensors): void;
  /** The device's layers, running statistics included. */
  values(): Promise<NamedTensors>;
  /** Replaces the optimisers' state; layers that it lacks start from zero. */
  loadMoments(state: OptimiserState): void;
  /** The optimisers' state of the device's layers. */
  moments(): Promise<OptimiserState>;
  /** Starts a step; resolves to what goes up in exchange 1. */
  begin(batch: TrainingBatch): Promise<ExchangeTensors>;
  /** Takes what came down in an exchange that is not the last; resolves to the next one's up. */
  answer(exchange: Exchange, down: ExchangeTensors): Promise<ExchangeTensors>;
  /** Takes what came down in the last exchange and ends the step. */
  finish(down: ExchangeTensors): Promise<StepLosses>;
  /** Leaves the step, if one is under way: updates already made stay, everything it held is freed. */
  abandon(): void;
  /**
   * A preview's first half: the generator's head in running mode; undefined where the device has none of it, whole images
   * where it has all of it. Nothing moves; a step may be under way.
   */
  generateHead(z: Float32Array, labels: Int32Array): Promise<PlainTensor | undefined>;
  /** A preview's second half: images [batch, height, width, channels] from the body's output. */
  completeGeneration(bodyOutput: PlainTensor): Promise<PlainTensor>;
  dispose(): void;
}

/**
 * How a judge's score l is read: intended, l = E[log D], which grows with how real an image looks; or as the paper of the
 * three tiers prints it, l = E[log(1 - D)] (AAAI 2023, Eq. 3), which falls.
 */
export type Reading = 'intended' | 'literal';

/** What the distance of a pair counts beside the loss of each network (`RegularisedHalf`). */
export interface PairWeights {
  readonly generator: number;
  readonly discriminator: number;
}

/** What a device half is made for. */
export interface HalfOptions {
  readonly spec: GanSpec;
  readonly cut: Cut;
  readonly optimiser: AdamSettings;
  /** What goes up may come in half precision already, where the engine reads that back faster. */
  readonly halves?: boolean;
  /** The one label of the images that a judge is sent, where its community is a domain. */
  readonly domain?: number | undefined;
  /** Of a judge's score; intended if absent. */
  readonly reading?: Reading;
  /** Whether each noise vector of a batch is drawn under another label too, for its statistics; absent: it is not. */
  readonly besideLabels?: boolean;
  /** Pairs of images are held to the same content, where both networks are whole on the device; absent: they are not. */
  readonly regularised?: PairWeights | undefined;
}
