// What a training algorithm is to the rest of Tessera: how its steps travel, what its rounds end with, what devices send.
import type { Schedule } from '../architecture/index.ts';
import type { FederationInput, FederationResult } from './federation.ts';
import type { StrategyName } from './names.ts';

/** Something that leaves a device, in words for its owner. */
export interface Sending {
  /** What it is, as the beginning of a sentence: "The outputs of the first layers". */
  readonly what: string;
  /** How often. */
  readonly when: 'once' | 'every step' | 'every round';
  /** What a curious coordinator could learn from it. */
  readonly tells: string;
  /** It contains images that a generator made from what it learned: volunteers are told before Start. */
  readonly synthetic?: true;
}

/** One training algorithm. */
export interface Strategy {
  readonly name: StrategyName;
  readonly title: string;
  /** Authors, year and where it is published; undefined where it is a bound or an ablation of ours. */
  readonly paper: string | undefined;
  readonly schedule: Schedule;
  /** Whether it makes sense with volunteers; the others are for comparisons in simulations. */
  readonly live: boolean;
  /** Simulations give one device the images of all. */
  readonly pooled?: true;
  /** What leaves a device besides its speed, its number of images and its batches' mean losses. */
  readonly sends: readonly Sending[];
  /** Ends a round. Throws a RangeError without devices. Devices are taken in the order of their ids. */
  federate(input: FederationInput): FederationResult;
}
