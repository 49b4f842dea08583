// Which blocks of a network are here and which on the coordinator.
import { text } from '../../ui/messages.ts';

export interface BlockPlaces {
  /** Blocks on this device, counted from 1. */
  readonly here: readonly number[];
  /** How many there are. */
  readonly blocks: number;
  /** The first and last block on the coordinator, where it has any. */
  readonly first: number;
  readonly last: number;
}

/** The places of a network's blocks for a cut of `head` and `tail` blocks. */
export function blockPlaces(blocks: number, head: number, tail: number): BlockPlaces {
  const all = Array.from({ length: blocks }, (_, i) => i + 1);
  return {
    blocks,
    here: all.filter((block) => block <= head || block > blocks - tail),
    first: head + 1,
    last: blocks - tail,
  };
}

/** "blocks 1 and 5 here, 2 to 4 on the coordinator", or where all of them are. */
export function blockSentence({ here, first, last, blocks }: BlockPlaces): string {
  if (here.length === 0) return text.details.allThere(blocks);
  if (here.length === blocks) return text.details.allHere(blocks);
  return text.details.blocksHere(here, first, last);
}
