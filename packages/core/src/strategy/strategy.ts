// What a training algorithm is to the rest of Tessera: how its steps travel, what its rounds end with, what devices send.
import type { Schedule } from '../architecture/index.ts';
import type { FederationInput, FederationResult } from './federation.ts';
import type { StrategyName } from './names.ts';
import type { SyntheticSharing } from './synthetic.ts';

/** Something that leaves a device, in words for its owner. */
export interface Sending {
  /** What it is, in the words of the volunteer's page and without a full stop: "The weights of your own layers". */
  readonly what: string;
  readonly when: 'once' | 'every step' | 'every round' | 'after some rounds' | 'when it happens';
  /** What whoever runs a dishonest coordinator could learn from it, in whole sentences. */
  readonly tells: string;
  /** Who gets it besides the coordinator, and how, in whole sentences; absent: nobody does. */
  readonly passedOn?: string;
  /** It contains images that a generator made from what it learned: volunteers must agree before Start. */
  readonly synthetic?: true;
}

/** How communities meet at a cloud, and devices at their edge. */
export interface TierRules {
  /** Sync waits for all, async for nobody. */
  readonly pace: 'sync' | 'async';
  /** Communities share their features and differ in labels, or share labels and differ in domains. */
  readonly related: 'feature' | 'label';
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
  /** All devices are always one group; absent: groups are found, or every device is one. */
  readonly oneGroup?: true;
  /** For runs in three tiers: cloud, edges, devices. */
  readonly tiers?: TierRules;
  /** A device's discriminator never leaves it; it goes on with it whatever becomes of the coordinator. */
  readonly keepsDiscriminator?: true;
  /** Simulations give one device the images of all. */
  readonly pooled?: true;
  /** Networks are told domains, and pairs of images are held to the same content: what the terms count beside each loss. */
  readonly regularised?: { readonly generator: number; readonly discriminator: number };
  /** The sentence that is always in a volunteer's sight: what is never sent, what is, and what that means. */
  readonly promise: string;
  /** What leaves a device besides what every strategy sends (`ALWAYS_SENT`). */
  readonly sends: readonly Sending[];
  /** What stays on it besides what always stays (`ALWAYS_KEPT`). */
  readonly keeps: readonly string[];
  /** Ends a round. Throws a RangeError without devices. Devices are taken in the order of their ids. */
  federate(input: FederationInput): FederationResult;
  /** Devices are given images that generators of others drew; absent: they train on their own alone. */
  readonly synthetic?: SyntheticSharing;
}
