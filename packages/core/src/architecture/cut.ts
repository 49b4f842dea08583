// Where a device's two networks are divided.
import type { GanSpec, NetworkSpec } from './layer.ts';

/**
 * How many blocks of each network a device holds at its head and at its tail. In a split step each is at least 1 and the
 * body has the rest; the other schedules have one cut each, see `wholeCut`.
 */
export interface Cut {
  readonly gHead: number;
  readonly gTail: number;
  readonly dHead: number;
  readonly dTail: number;
}

/** The cut that leaves a device the least work: one block at each end of both networks. */
export const SHALLOWEST_CUT: Cut = { gHead: 1, gTail: 1, dHead: 1, dTail: 1 };

/** The block (counted from 1) that always stays on the coordinator: block 3 of 5. */
export function alwaysRemoteBlock(network: NetworkSpec): number {
  return Math.ceil(network.blocks.length / 2);
}

/** Whether the cut leaves the always-remote block of both networks to the coordinator. */
export function isLegalCut(spec: GanSpec, cut: Cut): boolean {
  const legal = (network: NetworkSpec, head: number, tail: number) => {
    const remote = alwaysRemoteBlock(network);
    const whole = Number.isInteger(head) && Number.isInteger(tail);
    return whole && head >= 1 && tail >= 1 && head < remote && tail <= network.blocks.length - remote;
  };
  return legal(spec.generator, cut.gHead, cut.gTail) && legal(spec.discriminator, cut.dHead, cut.dTail);
}

/** The blocks of each network (counted from 1) that a device with this cut holds. */
export function deviceBlocks(
  network: NetworkSpec,
  cut: Cut,
): { readonly head: number; readonly tailFrom: number } {
  const head = network.kind === 'generator' ? cut.gHead : cut.dHead;
  const tail = network.kind === 'generator' ? cut.gTail : cut.dTail;
  return { head, tailFrom: network.blocks.length - tail + 1 };
}

/**
 * How a step travels. Split: heads and tails on the device, bodies on the coordinator, six exchanges. Local: both
 * networks whole on the device; the one exchange only says that the step is done. Twin: the same with a second generator
 * beside the first. Judged: the discriminator on the
 * device, the generator on the coordinator; images come down, their gradient goes up.
 */
export type Schedule = 'split' | 'local' | 'twin' | 'judged';

/** The schedule that a cut belongs to: it says all that is to be known. */
export function scheduleOf({ gHead, gTail, dTail }: Cut): Schedule {
  if (gHead === 0) return 'judged';
  if (gTail === 0) return 'local';
  return dTail === 0 ? 'twin' : 'split';
}

/**
 * The one cut of a schedule that leaves nothing to choose: networks are whole, counted from the head, and a twin's second
 * generator is counted from the tail.
 */
export function wholeCut({ generator, discriminator }: GanSpec, schedule: Exclude<Schedule, 'split'>): Cut {
  const { length } = generator.blocks;
  return {
    gHead: schedule === 'judged' ? 0 : length,
    gTail: schedule === 'twin' ? length : 0,
    dHead: discriminator.blocks.length,
    dTail: 0,
  };
}
