// What a step of ours costs with given cuts, from what devices and coordinator measured of themselves.
import { type Cut, scheduleOf } from '../architecture/index.ts';
import { ganCosts } from './block-costs.ts';
import { type BodyBlocks, bodyBlocks, type DeviceEnds, deviceEnds, passSeconds } from './block-seconds.ts';
import { cutCode } from './genome.ts';
import type { CoordinatorProfile, DeviceProfile } from './profile.ts';
import { WORK, type WorkOfBody, type WorkOfDevice } from './step-work.ts';
import { exchangeBytes, type ExchangeBytes, type TrafficShape } from './traffic.ts';

/** What a run fixes of its steps. */
export interface RunShape extends TrafficShape {
  /** The link that all devices share towards the coordinator; absent: each has its own alone. */
  readonly linkBytesPerSecond?: number;
  /** Blocks that a device may hold at each end of a network; absent: all but the always-remote one. */
  readonly deepestCut?: number;
  /** Whether whoever draws for a device draws as many rows under other labels beside them; absent: it does not. */
  readonly besideLabels?: boolean;
}

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
  const drawnRows = run.besideLabels === true ? 2 : 1;
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
      WORK[scheduleOf(cut)].device.map(
        (work) => deviceCompute(ends, cut, work, drawnRows) + profile.exchangeSeconds,
      );
  };
  const bodyRows = (cut: Cut) => (scheduleOf(cut) === 'judged' ? drawnRows : 1);
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
    bodySeconds: (cut) =>
      WORK[scheduleOf(cut)].body.map((work) => bodyRows(cut) * bodyWorkSeconds(body, cut, work)),
    bodySecondsAfterwards: (cut) =>
      WORK[scheduleOf(cut)].afterwards.map((work) => bodyRows(cut) * bodyWorkSeconds(body, cut, work)),
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

/** @param drawnRows rows that the generator's head runs with for each of the batch's. */
function deviceCompute(ends: DeviceEnds, cut: Cut, work: WorkOfDevice[number], drawnRows = 1): number {
  return work.reduce((sum, [network, end, pass]) => {
    const depth = cut[`${network === 'generator' ? 'g' : 'd'}${end === 'head' ? 'Head' : 'Tail'}`];
    const rows = network === 'generator' && end === 'head' ? drawnRows : 1;
    return sum + rows * passSeconds(ends[network][end].slice(0, depth), pass);
  }, 0);
}

function bodyWorkSeconds(body: BodyBlocks, cut: Cut, work: WorkOfBody[number]): number {
  return work.reduce((sum, [network, pass]) => {
    const [head, tail] = network === 'generator' ? [cut.gHead, cut.gTail] : [cut.dHead, cut.dTail];
    const blocks = body[network];
    return sum + passSeconds(blocks.slice(head, blocks.length - tail), pass);
  }, 0);
}

function linkSeconds(profile: DeviceProfile, bytes: ExchangeBytes = { up: 0, down: 0 }): number {
  return bytes.up / profile.uplinkBytesPerSecond + bytes.down / profile.downlinkBytesPerSecond;
}
