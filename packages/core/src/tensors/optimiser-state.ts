// An optimiser's memory as plain numbers, for checkpoints and device storage.
import type { NamedTensors } from './named-tensors.ts';

/** Moments and step counters, per block: a block that is not stepped keeps both. */
export interface OptimiserState {
  /** Steps taken, by block name (with the network in front where two networks share the map). */
  readonly steps: ReadonlyMap<string, number>;
  /** For example 'block2.conv.weight/m' and '…/v', in PyTorch's layouts. */
  readonly moments: NamedTensors;
}
