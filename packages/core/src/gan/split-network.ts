// A network on a device: head and tail, with the body elsewhere.
import { deviceBlocks, type Cut, type NetworkSpec } from '../architecture/index.ts';
import { Segment, type AdamSettings } from '../nn/index.ts';
import { TrainedBlocks } from './trained-blocks.ts';

/** Both ends of one network under one optimiser. */
export class SplitNetwork {
  readonly head: Segment;
  readonly tail: Segment;
  readonly trained: TrainedBlocks;

  constructor(network: NetworkSpec, cut: Cut, optimiser: AdamSettings) {
    const { head, tailFrom } = deviceBlocks(network, cut);
    this.head = new Segment(network, 1, head);
    this.tail = new Segment(network, tailFrom, network.blocks.length);
    this.trained = new TrainedBlocks(network, [...this.head.blocks, ...this.tail.blocks], optimiser);
  }
}
