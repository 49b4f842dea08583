// What a step of ours costs with given cuts, from what devices and coordinator measured of themselves.
import type { Cut, GanNetworkSpec } from '../architecture/index.ts';
import { ganCosts, type GanCosts } from './block-costs.ts';
import { cutCode } from './genome.ts';
import { movableBlocks, type BlockSeconds, type CoordinatorProfile, type DeviceProfile } from './profile.ts';
import { exchangeBytes, type ExchangeBytes, type TrafficShape } from './traffic.ts';

/** What a run fixes of its steps. */
export interface RunShape extends TrafficShape {
  /** The link that all devices share towards the coordinator; absent: each has its own alone. */
  readonly linkBytesPerSecond?: number;
  /** Blocks that a device may hold at each end of a network; absent: all but the always-remote one. */
  readonly deepestCut?: number;
}

/** A run through some blocks; `backward` is both gradients and the update, which belongs to the parameters' part. */
type Pass = 'forward' | 'backward' | 'input-gradient' | 'parameter-gradient';
type Network = 'generator' | 'discriminator';

/**
 * What a device computes up to its message of each exchange; what it does after the answer counts with the exchange that
 * follows, at the end of the step with the last.
 */
const DEVICE_WORK: readonly (readonly (readonly [Network, 'head' | 'tail', Pass])[])[] = [
  [
    ['generator', 'head', 'forward'],
    ['discriminator', 'head', 'forward'],
  ],
  [
    ['generator', 'tail', 'forward'],
    ['discriminator', 'head', 'forward'],
    ['discriminator', 'tail', 'forward'],
    ['discriminator', 'tail', 'backward'],
  ],
  [
    ['discriminator', 'head', 'backward'],
    ['discriminator', 'tail', 'forward'],
    ['discriminator', 'tail', 'backward'],
  ],
  [
    ['discriminator', 'head', 'backward'],
    ['discriminator', 'head', 'forward'],
  ],
  [
    ['discriminator', 'tail', 'forward'],
    ['discriminator', 'tail', 'input-gradient'],
  ],
  [
    ['discriminator', 'head', 'input-gradient'],
    ['generator', 'tail', 'backward'],
    ['generator', 'head', 'backward'],
  ],
];

/** What the body computes between message and answer of each exchange. */
const BODY_WORK: readonly (readonly (readonly [Network, Pass])[])[] = [
  [
    ['generator', 'forward'],
    ['discriminator', 'forward'],
  ],
  [
    ['discriminator', 'forward'],
    ['discriminator', 'input-gradient'],
  ],
  [['discriminator', 'input-gradient']],
  [['discriminator', 'forward']],
  [['discriminator', 'input-gradient']],
  [['generator', 'input-gradient']],
];

/** What the body computes after its answer of each exchange, while the devices compute: no answer needs it. */
const BODY_WORK_AFTERWARDS: readonly (readonly (readonly [Network, Pass])[])[] = [
  [],
  [['discriminator', 'parameter-gradient']],
  [['discriminator', 'parameter-gradient']],
  [],
  [],
  [['generator', 'parameter-gradient']],
];

/** The gradient of a layer's parameters takes about as many operations as that of its input. */
const BACKWARD_SHARE = { backward: 1, 'input-gradient': 0.5, 'parameter-gradient': 0.5 } as const;

/** Prices of one run, six numbers each: one for every exchange. */
export interface MeasuredModel {
  /** Seconds that a device takes by itself with a cut: its compute, its bytes up and down, its round trip. */
  device(profile: DeviceProfile): (cut: Cut) => readonly number[];
  /** Of these, what it computes, read-backs and packing included. */
  deviceCompute(profile: DeviceProfile): (cut: Cut) => readonly number[];
  /** Bytes that a device with this cut moves, both ways together. */
  bytes(cut: Cut): readonly number[];
  /** Seconds of the coordinator for the rows of one device with this cut, from message to answer. */
  bodySeconds(cut: Cut): readonly number[];
  /** The same for what it does after the answer; the next exchange, or step, waits for it. */
  bodySecondsAfterwards(cut: Cut): readonly number[];
  /** Seconds of the coordinator for an exchange whatever the rows. */
  readonly bodyExchangeSeconds: number;
  readonly linkBytesPerSecond: number;
}

/** The prices that follow from the run and the coordinator's profile; throws when a profile does not fit the networks. */
export function measuredModel(coordinator: CoordinatorProfile, run: RunShape): MeasuredModel {
  const costs = ganCosts(run.spec, run.batch);
  const body = bodyBlocks(coordinator, costs, run);
  const known = new Map<string, readonly ExchangeBytes[]>();
  const exchanges = (cut: Cut) => {
    const bytes = known.get(cutCode(cut)) ?? exchangeBytes(run, cut);
    known.set(cutCode(cut), bytes);
    return bytes;
  };
  const compute = (profile: DeviceProfile) => {
    const ends = deviceEnds(profile, costs, run);
    return (cut: Cut) =>
      DEVICE_WORK.map((_work, index) => deviceCompute(ends, cut, index) + profile.exchangeSeconds);
  };
  return {
    deviceCompute: compute,
    device(profile) {
      const own = compute(profile);
      return (cut) => {
        const computed = own(cut);
        return exchanges(cut).map(
          (bytes, index) => (computed[index] ?? 0) + profile.roundTripSeconds + linkSeconds(profile, bytes),
        );
      };
    },
    bytes: (cut) => exchanges(cut).map(({ up, down }) => up + down),
    bodySeconds: (cut) => BODY_WORK.map((work) => bodyWorkSeconds(body, cut, work)),
    bodySecondsAfterwards: (cut) => BODY_WORK_AFTERWARDS.map((work) => bodyWorkSeconds(body, cut, work)),
    bodyExchangeSeconds: coordinator.exchangeSeconds,
    linkBytesPerSecond: run.linkBytesPerSecond ?? Infinity,
  };
}

/** Seconds that a device computes in a step with a cut, read-backs and packing included, link and waiting left out. */
export function deviceStepSeconds(
  profile: DeviceProfile,
  run: Pick<RunShape, 'spec' | 'batch'>,
  cut: Cut,
): number {
  const ends = deviceEnds(profile, ganCosts(run.spec, run.batch), run);
  return DEVICE_WORK.reduce(
    (sum, _work, index) => sum + deviceCompute(ends, cut, index) + profile.exchangeSeconds,
    0,
  );
}

function deviceCompute(ends: DeviceEnds, cut: Cut, exchange: number): number {
  return (DEVICE_WORK[exchange] ?? []).reduce((sum, [network, end, pass]) => {
    const depth = cut[`${network === 'generator' ? 'g' : 'd'}${end === 'head' ? 'Head' : 'Tail'}`];
    return sum + passSeconds(ends[network][end].slice(0, depth), pass);
  }, 0);
}

function bodyWorkSeconds(
  body: Readonly<Record<Network, readonly BlockSeconds[]>>,
  cut: Cut,
  work: readonly (readonly [Network, Pass])[],
): number {
  return work.reduce((sum, [network, pass]) => {
    const [head, tail] = network === 'generator' ? [cut.gHead, cut.gTail] : [cut.dHead, cut.dTail];
    const blocks = body[network];
    return sum + passSeconds(blocks.slice(head - 1, blocks.length - (tail - 1)), pass);
  }, 0);
}

type DeviceEnds = Readonly<Record<Network, Readonly<Record<'head' | 'tail', readonly BlockSeconds[]>>>>;

/** Seconds of a device's blocks at the run's batch, both ends from the outermost inwards. */
function deviceEnds(
  { compute }: DeviceProfile,
  costs: GanCosts,
  { spec, batch }: Pick<RunShape, 'spec' | 'batch'>,
): DeviceEnds {
  const ends = (network: GanNetworkSpec) => {
    const movable = movableBlocks(network);
    const end = (side: 'head' | 'tail'): readonly BlockSeconds[] => {
      const blocks = movable[side];
      if (compute.kind === 'speed')
        return blocks.map((block) =>
          secondsAtSpeed(costs[network.kind][block - 1], compute.gigaflopsPerSecond),
        );
      const measured = compute[network.kind][side];
      if (measured.length < blocks.length)
        throw new RangeError(
          `a profile times ${measured.length} blocks at the ${network.kind}'s ${side} where the run has ${blocks.length}; measure again for this run`,
        );
      return measured.map((block) => scaled(block, batch / compute.batch));
    };
    return { head: end('head'), tail: end('tail') };
  };
  return { generator: ends(spec.generator), discriminator: ends(spec.discriminator) };
}

/** Seconds of blocks 2 to N-1 for the rows of one device. */
function bodyBlocks({ compute }: CoordinatorProfile, costs: GanCosts, { spec, batch }: RunShape) {
  const blocks = (network: GanNetworkSpec): readonly BlockSeconds[] => {
    const inner = costs[network.kind].slice(1, -1);
    if (compute.kind === 'speed')
      return inner.map((cost) => secondsAtSpeed(cost, compute.gigaflopsPerSecond));
    const measured = compute[network.kind];
    if (measured.length !== inner.length)
      throw new RangeError(
        `the coordinator's profile times ${measured.length} blocks of the ${network.kind}'s body where the run has ${inner.length}; measure again for this run`,
      );
    return measured.map((block) => scaled(block, batch));
  };
  return { generator: blocks(spec.generator), discriminator: blocks(spec.discriminator) };
}

function passSeconds(blocks: readonly BlockSeconds[], pass: Pass): number {
  return blocks.reduce(
    (sum, { forward, backward }) => sum + (pass === 'forward' ? forward : backward * BACKWARD_SHARE[pass]),
    0,
  );
}

function linkSeconds(profile: DeviceProfile, bytes: ExchangeBytes = { up: 0, down: 0 }): number {
  return bytes.up / profile.uplinkBytesPerSecond + bytes.down / profile.downlinkBytesPerSecond;
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
