// Which networks a run trains, and which of their blocks a device holds.
import { deviceBlocks, scheduleOf, type Cut, type Schedule } from './cut.ts';
import type { GanSpec, NetworkSpec } from './layer.ts';

/** Blocks `from` to `to` of one network (counted from 1, both included). */
export interface BlockRange {
  readonly network: NetworkSpec;
  readonly from: number;
  readonly to: number;
}

/** The second generator of a device that trains two: the same layers, with a kind of its own before their names. */
export function secondGenerator({ generator }: GanSpec): NetworkSpec {
  return { ...generator, kind: 'generator2' };
}

/** The networks that a schedule trains, generators first: a pair, or a twin's three. */
export function networksOf(spec: GanSpec, schedule: Schedule): readonly NetworkSpec[] {
  const second = schedule === 'twin' ? [secondGenerator(spec)] : [];
  return [spec.generator, ...second, spec.discriminator];
}

/** The blocks that a device with this cut holds, network by network, heads before tails. */
export function heldBlocks(spec: GanSpec, cut: Cut): readonly BlockRange[] {
  const schedule = scheduleOf(cut);
  return networksOf(spec, schedule)
    .flatMap((network): BlockRange[] => {
      const { length } = network.blocks;
      if (schedule === 'twin') return [{ network, from: 1, to: length }];
      const { head, tailFrom } = deviceBlocks(network, cut);
      return [
        { network, from: 1, to: head },
        { network, from: tailFrom, to: length },
      ];
    })
    .filter(({ from, to }) => from <= to);
}
