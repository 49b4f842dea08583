// The devices of an experiment: which profile each has, and what the coordinator computes.
import {
  type CoordinatorProfile,
  type DeviceProfile,
  PAPER_PROFILES,
  paperDevice,
  rateOf,
  speedOf,
} from '@tessera/core/cut';
import { Random } from '@tessera/core/random';
import type { Experiment } from './experiment.ts';

/** A device's profile and what it is called. */
export interface FleetDevice {
  readonly profileName: string;
  readonly profile: DeviceProfile;
}

interface Kind extends FleetDevice {
  readonly share: number;
}

/** A profile for each device: kinds by their shares (largest remainders first), dealt by the seed. */
export function fleetOf({
  fleet,
  devices,
  seed,
}: Pick<Experiment, 'fleet' | 'devices' | 'seed'>): FleetDevice[] {
  const kinds = fleet.profiles === 'paper' ? paperKinds(fleet.rates) : fleet.profiles.map(ownKind);
  const total = kinds.reduce((sum, { share }) => sum + share, 0);
  const wanted = kinds.map(({ share }) => (devices * share) / total);
  const counts = wanted.map(Math.floor);
  const byRemainder = wanted
    .map((want, index) => ({ index, remainder: want - Math.floor(want) }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index);
  const missing = devices - counts.reduce((sum, one) => sum + one, 0);
  for (const { index } of byRemainder.slice(0, missing)) counts[index] = (counts[index] ?? 0) + 1;
  const dealt = kinds.flatMap(({ profileName, profile }, index) =>
    Array.from({ length: counts[index] ?? 0 }, () => ({ profileName, profile })),
  );
  return new Random(`${seed}/fleet`).shuffle(dealt);
}

/** What the simulated coordinator computes. */
export function coordinatorOf({ fleet }: Pick<Experiment, 'fleet'>): CoordinatorProfile {
  return {
    compute: { kind: 'speed', gigaflopsPerSecond: fleet.coordinatorGigaflopsPerSecond },
    exchangeSeconds: 0,
  };
}

/** Bytes a second of the link that all devices share; undefined when each has its own alone. */
export function sharedLinkOf({ fleet }: Pick<Experiment, 'fleet'>): number | undefined {
  return fleet.linkMegabitsPerSecond && (fleet.linkMegabitsPerSecond * 1e6) / 8;
}

function paperKinds(rates: Experiment['fleet']['rates']): Kind[] {
  return PAPER_PROFILES.map((profile, index) => ({
    profileName: `${index + 1}: ${speedOf(profile)} GFLOP/s, ${(rateOf(profile, rates) * 8) / 1e6} Mbit/s`,
    profile: paperDevice(profile, rates),
    share: 1,
  }));
}

function ownKind(kind: Exclude<Experiment['fleet']['profiles'], 'paper'>[number]): Kind {
  const bytesPerSecond = (kind.megabitsPerSecond * 1e6) / 8;
  return {
    profileName: kind.name,
    share: kind.share,
    profile: {
      compute: { kind: 'speed', gigaflopsPerSecond: kind.gigaflopsPerSecond },
      exchangeSeconds: 0,
      uplinkBytesPerSecond: bytesPerSecond,
      downlinkBytesPerSecond: bytesPerSecond,
      roundTripSeconds: kind.roundTripMilliseconds / 1000,
    },
  };
}
