// Which moments of the last commit a device may go on with when its cut has changed.
import { type Cut, type GanSpec, heldBlocks } from '../architecture/index.ts';
import type { OptimiserState } from '../tensors/index.ts';

/** The state of a device that has never stepped: counters and moments are zero. */
export const NO_MOMENTS: OptimiserState = { steps: new Map(), moments: new Map() };

/** The moments of the blocks that the cut leaves on the device; a block that it takes anew starts from zero. */
export function momentsForCut(state: OptimiserState, spec: GanSpec, cut: Cut): OptimiserState {
  const held = new Set(
    heldBlocks(spec, cut).flatMap(({ network, from, to }) =>
      network.blocks.slice(from - 1, to).map((block) => `${network.kind}.${block.name}`),
    ),
  );
  const isHeld = (name: string) => held.has(name.split('.').slice(0, 2).join('.'));
  return {
    steps: new Map([...state.steps].filter(([name]) => isHeld(name))),
    moments: new Map([...state.moments].filter(([name]) => isHeld(name))),
  };
}
