// What a device's and the coordinator's blocks take at a run's batch, from what they measured of themselves.
import type { GanNetworkSpec } from '../architecture/index.ts';
import type { GanCosts } from './block-costs.ts';
import { movableBlocks, type BlockSeconds, type CoordinatorProfile, type DeviceProfile } from './profile.ts';
import type { Network, Pass } from './step-work.ts';
import type { TrafficShape } from './traffic.ts';

/** The gradient of a layer's parameters takes about as many operations as that of its input. */
const BACKWARD_SHARE = { backward: 1, 'input-gradient': 0.5, 'parameter-gradient': 0.5 } as const;

/** Seconds of each of the networks' blocks on the coordinator, for the rows of one device. */
export type BodyBlocks = Readonly<Record<Network, readonly BlockSeconds[]>>;
/** Seconds of a device's blocks from either end inwards. */
export type DeviceEnds = Readonly<
  Record<Network, Readonly<Record<'head' | 'tail', readonly BlockSeconds[]>>>
>;

/**
 * Seconds of a device's blocks at the run's batch, both ends from the outermost inwards, as deep as a cut may go. What no
 * speed check has timed (the always-remote block) is taken to run at the mean speed of those that it has.
 */
export function deviceEnds(
  { compute }: DeviceProfile,
  costs: GanCosts,
  { spec, batch }: Pick<TrafficShape, 'spec' | 'batch'>,
): DeviceEnds {
  const ends = (network: GanNetworkSpec) => {
    const movable = movableBlocks(network);
    const cost = (block: number) => costs[network.kind][block - 1];
    if (compute.kind === 'speed') {
      const timed = network.blocks.map((_, i) => secondsAtSpeed(cost(i + 1), compute.gigaflopsPerSecond));
      return { head: timed, tail: timed.toReversed() };
    }
    const measured = compute[network.kind];
    for (const side of ['head', 'tail'] as const)
      if (measured[side].length < movable[side].length)
        throw new RangeError(
          `a profile times ${measured[side].length} blocks at the ${network.kind}'s ${side} where the run has ${movable[side].length}; measure again for this run`,
        );
    const seconds = new Map(
      (['head', 'tail'] as const).flatMap((side) =>
        movable[side].map((block, depth) => [
          block,
          scaled(measured[side][depth] ?? NOTHING, batch / compute.batch),
        ]),
      ),
    );
    const meanSpeed = speedOver(seconds, cost);
    const timed = network.blocks.map((_, i) => seconds.get(i + 1) ?? secondsAtSpeed(cost(i + 1), meanSpeed));
    return { head: timed, tail: timed.toReversed() };
  };
  return { generator: ends(spec.generator), discriminator: ends(spec.discriminator) };
}

const NOTHING: BlockSeconds = { forward: 0, backward: 0 };

/** Gigaflops a second over blocks that were timed. */
function speedOver(
  seconds: ReadonlyMap<number, BlockSeconds>,
  cost: (block: number) => GanCosts['generator'][number] | undefined,
): number {
  let [work, time] = [0, 0];
  for (const [block, { forward, backward }] of seconds) {
    const { forwardGigaflops = 0, backwardGigaflops = 0 } = cost(block) ?? {};
    work += forwardGigaflops + backwardGigaflops;
    time += forward + backward;
  }
  return work / time;
}

/** Seconds of every block for the rows of one device; a coordinator that was timed knows blocks 2 to N-1 alone. */
export function bodyBlocks(
  { compute }: CoordinatorProfile,
  costs: GanCosts,
  { spec, batch }: Pick<TrafficShape, 'spec' | 'batch'>,
): BodyBlocks {
  const blocks = (network: GanNetworkSpec): readonly BlockSeconds[] => {
    const all = costs[network.kind];
    if (compute.kind === 'speed') return all.map((cost) => secondsAtSpeed(cost, compute.gigaflopsPerSecond));
    const measured = compute[network.kind];
    if (measured.length !== all.length - 2)
      throw new RangeError(
        `the coordinator's profile times ${measured.length} blocks of the ${network.kind}'s body where the run has ${all.length - 2}; measure again for this run`,
      );
    const seconds = new Map(measured.map((block, i) => [i + 2, scaled(block, batch)]));
    const meanSpeed = speedOver(seconds, (block) => all[block - 1]);
    return all.map((cost, i) => seconds.get(i + 1) ?? secondsAtSpeed(cost, meanSpeed));
  };
  return { generator: blocks(spec.generator), discriminator: blocks(spec.discriminator) };
}

/** Seconds of one pass through these blocks. */
export function passSeconds(blocks: readonly BlockSeconds[], pass: Pass): number {
  return blocks.reduce(
    (sum, { forward, backward }) => sum + (pass === 'forward' ? forward : backward * BACKWARD_SHARE[pass]),
    0,
  );
}

function secondsAtSpeed(
  cost: GanCosts['generator'][number] | undefined,
  gigaflopsPerSecond: number,
): BlockSeconds {
  return {
    forward: (cost?.forwardGigaflops ?? NaN) / gigaflopsPerSecond,
    backward: (cost?.backwardGigaflops ?? NaN) / gigaflopsPerSecond,
  };
}

function scaled({ forward, backward }: BlockSeconds, factor: number): BlockSeconds {
  return { forward: forward * factor, backward: backward * factor };
}
