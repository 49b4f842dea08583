// What a strategy is given at the end of a round, and what it gives back.
import type { Cut, GanSpec } from '../architecture/index.ts';
import type { Random } from '../random.ts';
import type { NamedTensors, PlainTensor } from '../tensors/index.ts';

/** One device at the end of a round. */
export interface FederatedDevice {
  readonly id: string;
  readonly cut: Cut;
  /** n_i, already capped by the run. */
  readonly samples: number;
  /** Its own layers, for example 'generator.block1.dense.weight'; exactly those of its cut. */
  readonly values: NamedTensors;
  /** Batch-mean block-3 activations of its real images, [C, S]; absent when it missed the round's last step. */
  readonly features?: PlainTensor;
}

/** A finished round. */
export interface FederationInput {
  readonly spec: GanSpec;
  /** Counted from 0. */
  readonly round: number;
  /** Rounds below this are averaged plainly over all devices; 2 in the paper. */
  readonly warmUpRounds: number;
  /** The weight of the divergence; 1 in the paper, 0 leaves it out. */
  readonly alpha: number;
  readonly devices: readonly FederatedDevice[];
  /** The layers that the coordinator trained: blocks 2 to N-1 of both networks in a split, for each cluster or once. */
  readonly body: NamedTensors;
  /** One body for all devices, which is the default, or one for each cluster (`joinedBodies`). */
  readonly bodies?: 'shared' | 'per-cluster';
  readonly clustering: { readonly k?: number; readonly kMax: number; readonly threshold?: number };
  readonly previousClusters: ReadonlyMap<string, number>;
  readonly random: Random;
}

/** The round's averages. Every map of tensors holds names with the network in front, in the networks' order. */
export interface FederationResult {
  /** Device to cluster. A device that is not in here takes `globalLayers`. */
  readonly clusters: ReadonlyMap<string, number>;
  /** Per cluster all N blocks of both networks; a device takes from them the layers it holds. */
  readonly clusterLayers: ReadonlyMap<number, NamedTensors>;
  /** What the coordinator trains on with: blocks 2 to N-1 of a split, a judged step's generator, nothing of a local one. */
  readonly body: NamedTensors;
  /** Layers that a device takes instead of its cluster's. */
  readonly ownLayers?: ReadonlyMap<string, NamedTensors>;
  /** All N blocks averaged over all devices, for newcomers and devices without a cluster. */
  readonly globalLayers: NamedTensors;
  /** What each device counts in its cluster; those of one cluster sum to 1. */
  readonly clusterWeights: ReadonlyMap<string, number>;
  /** What each device counts in the body; they sum to 1. */
  readonly globalWeights: ReadonlyMap<string, number>;
  /** Measured divergences, within the cluster and among all; empty while warming up. */
  readonly divergences: {
    readonly cluster: ReadonlyMap<string, number>;
    readonly global: ReadonlyMap<string, number>;
  };
  /** The mean silhouette of the clusters found; 0 for one cluster and while warming up. */
  readonly silhouette: number;
  /** What was out of the ordinary, in sentences. */
  readonly notes: readonly string[];
}
