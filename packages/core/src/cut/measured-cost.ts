// What a step of ours costs with given cuts, from what devices and coordinator measured of themselves.
import { type Cut, type GanNetworkSpec, type Schedule, scheduleOf } from '../architecture/index.ts';
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

type WorkOfDevice = readonly (readonly (readonly [Network, 'head' | 'tail', Pass])[])[];
type WorkOfBody = readonly (readonly (readonly [Network, Pass])[])[];

/**
 * What a device computes up to its message of each exchange; what it does after the answer counts with the exchange that
 * follows, at the end of the step with the last.
 */
const SPLIT_DEVICE_WORK: WorkOfDevice = [
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
const SPLIT_BODY_WORK: WorkOfBody = [
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
const SPLIT_BODY_WORK_AFTERWARDS: WorkOfBody = [
  [],
  [['discriminator', 'parameter-gradient']],
  [['discriminator', 'parameter-gradient']],
  [],
  [],
  [['generator', 'parameter-gradient']],
];

/** A step of a whole GAN: fakes once, the discriminator on real, on fakes, and on the same fakes after its update. */
const LOCAL_DEVICE_WORK: WorkOfDevice = [
  [
    ['generator', 'head', 'forward'],
    ['discriminator', 'head', 'forward'],
    ['discriminator', 'head', 'backward'],
    ['discriminator', 'head', 'forward'],
    ['discriminator', 'head', 'backward'],
    ['discriminator', 'head', 'forward'],
    ['discriminator', 'head', 'input-gradient'],
    ['generator', 'head', 'backward'],
  ],
];

/** A step with two generators, whose second one is counted from the tail; the discriminator runs on the images of both. */
const TWIN_DEVICE_WORK: WorkOfDevice = [
  [
    ['generator', 'head', 'forward'],
    ['generator', 'tail', 'forward'],
    ['discriminator', 'head', 'forward'],
    ['discriminator', 'head', 'backward'],
    ['discriminator', 'head', 'forward'],
    ['discriminator', 'head', 'backward'],
    ['discriminator', 'head', 'forward'],
    ['discriminator', 'head', 'backward'],
    ['discriminator', 'head', 'forward'],
    ['discriminator', 'head', 'input-gradient'],
    ['generator', 'head', 'backward'],
    ['discriminator', 'head', 'forward'],
    ['discriminator', 'head', 'input-gradient'],
    ['generator', 'tail', 'backward'],
  ],
];

/** A judge learns from real images and from the coordinator's, and goes back through what it judges. */
const JUDGED_DEVICE_WORK: WorkOfDevice = [
  [],
  [
    ['discriminator', 'head', 'forward'],
    ['discriminator', 'head', 'backward'],
    ['discriminator', 'head', 'forward'],
    ['discriminator', 'head', 'backward'],
    ['discriminator', 'head', 'forward'],
    ['discriminator', 'head', 'input-gradient'],
  ],
];

/** The coordinator draws two batches for each judge, and goes back through the second. */
const JUDGED_BODY_WORK: WorkOfBody = [
  [
    ['generator', 'forward'],
    ['generator', 'forward'],
  ],
  [['generator', 'backward']],
];

/** What is computed where, and when, in a step of each schedule. */
const WORK: Readonly<
  Record<
    Schedule,
    { readonly device: WorkOfDevice; readonly body: WorkOfBody; readonly afterwards: WorkOfBody }
  >
> = {
  split: { device: SPLIT_DEVICE_WORK, body: SPLIT_BODY_WORK, afterwards: SPLIT_BODY_WORK_AFTERWARDS },
  local: { device: LOCAL_DEVICE_WORK, body: [[]], afterwards: [[]] },
  twin: { device: TWIN_DEVICE_WORK, body: [[]], afterwards: [[]] },
  judged: { device: JUDGED_DEVICE_WORK, body: JUDGED_BODY_WORK, afterwards: [[], []] },
};

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
      WORK[scheduleOf(cut)].device.map((work) => deviceCompute(ends, cut, work) + profile.exchangeSeconds);
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
    bodySeconds: (cut) => WORK[scheduleOf(cut)].body.map((work) => bodyWorkSeconds(body, cut, work)),
    bodySecondsAfterwards: (cut) =>
      WORK[scheduleOf(cut)].afterwards.map((work) => bodyWorkSeconds(body, cut, work)),
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
  return WORK[scheduleOf(cut)].device.reduce(
    (sum, work) => sum + deviceCompute(ends, cut, work) + profile.exchangeSeconds,
    0,
  );
}

function deviceCompute(ends: DeviceEnds, cut: Cut, work: WorkOfDevice[number]): number {
  return work.reduce((sum, [network, end, pass]) => {
    const depth = cut[`${network === 'generator' ? 'g' : 'd'}${end === 'head' ? 'Head' : 'Tail'}`];
    return sum + passSeconds(ends[network][end].slice(0, depth), pass);
  }, 0);
}

function bodyWorkSeconds(body: BodyBlocks, cut: Cut, work: WorkOfBody[number]): number {
  return work.reduce((sum, [network, pass]) => {
    const [head, tail] = network === 'generator' ? [cut.gHead, cut.gTail] : [cut.dHead, cut.dTail];
    const blocks = body[network];
    return sum + passSeconds(blocks.slice(head, blocks.length - tail), pass);
  }, 0);
}

type BodyBlocks = Readonly<Record<Network, readonly BlockSeconds[]>>;
type DeviceEnds = Readonly<Record<Network, Readonly<Record<'head' | 'tail', readonly BlockSeconds[]>>>>;

/**
 * Seconds of a device's blocks at the run's batch, both ends from the outermost inwards, as deep as a cut may go. What no
 * speed check has timed (the always-remote block) is taken to run at the mean speed of those that it has.
 */
function deviceEnds(
  { compute }: DeviceProfile,
  costs: GanCosts,
  { spec, batch }: Pick<RunShape, 'spec' | 'batch'>,
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
function bodyBlocks({ compute }: CoordinatorProfile, costs: GanCosts, { spec, batch }: RunShape): BodyBlocks {
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
