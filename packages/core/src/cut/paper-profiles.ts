// The seven device profiles and the server of the paper's simulation (arXiv 2507.12979).
import type { CoordinatorProfile, DeviceProfile } from './profile.ts';
import type { ReferenceClass } from './reference-cost.ts';

/** One profile as printed: clock summed over the cores, operations per cycle, and a rate without a unit. */
export interface PaperProfile {
  readonly megahertz: number;
  readonly flopsPerCycle: number;
  readonly rate: number;
}

/** The seven device profiles. */
export const PAPER_PROFILES: readonly PaperProfile[] = [
  { megahertz: 480, flopsPerCycle: 1, rate: 50e6 },
  { megahertz: 6000, flopsPerCycle: 8, rate: 150e6 },
  { megahertz: 15600, flopsPerCycle: 8, rate: 1e9 },
  { megahertz: 5720, flopsPerCycle: 8, rate: 300e6 },
  { megahertz: 4000, flopsPerCycle: 4, rate: 50e6 },
  { megahertz: 9000, flopsPerCycle: 4, rate: 100e6 },
  { megahertz: 12000, flopsPerCycle: 10, rate: 800e6 },
];

/** The server: 42 GHz at 16 operations per cycle. */
export const PAPER_SERVER: PaperProfile = { megahertz: 42_000, flopsPerCycle: 16, rate: 1e9 };

/** How many of the paper's 100 devices have each profile. */
export const PAPER_COUNTS: readonly number[] = [14, 14, 14, 14, 14, 15, 15];

/** What the printed rates mean: the published figures come from bytes, a network's rates are in bits. */
export type RateUnit = 'bytes' | 'bits';

/** Operations per second in units of 1e9. */
export function speedOf({ megahertz, flopsPerCycle }: PaperProfile): number {
  return megahertz * 1e-3 * flopsPerCycle;
}

/** The printed rate in bytes per second. */
export function rateOf({ rate }: PaperProfile, unit: RateUnit): number {
  return unit === 'bytes' ? rate : rate / 8;
}

/** The profiles as classes of the paper's model. */
export function paperClasses(counts: readonly number[], unit: RateUnit): ReferenceClass[] {
  return PAPER_PROFILES.map((profile, index) => ({
    devices: counts[index] ?? 0,
    gigaflopsPerSecond: speedOf(profile),
    bytesPerSecond: rateOf(profile, unit),
  }));
}

/** A paper profile as a device of ours, without latency. */
export function paperDevice(profile: PaperProfile, unit: RateUnit): DeviceProfile {
  return {
    compute: { kind: 'speed', gigaflopsPerSecond: speedOf(profile) },
    exchangeSeconds: 0,
    uplinkBytesPerSecond: rateOf(profile, unit),
    downlinkBytesPerSecond: rateOf(profile, unit),
    roundTripSeconds: 0,
  };
}

/** The paper's server as a coordinator of ours. */
export const PAPER_COORDINATOR: CoordinatorProfile = {
  compute: { kind: 'speed', gigaflopsPerSecond: speedOf(PAPER_SERVER) },
  exchangeSeconds: 0,
};
