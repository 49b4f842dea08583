// The devices of an experiment: each with its own images, name and profile.
import {
  BatchSource,
  type ImageSet,
  partition,
  type PartitionDomain,
  PartitionError,
  takeImages,
} from '@tessera/core/data';
import type { DeviceProfile } from '@tessera/core/cut';
import { Random } from '@tessera/core/random';
import { MemoryDeviceStorage, type SimulatedDeviceOptions } from '@tessera/core/simulation';
import { strategyOf } from '@tessera/core/strategy';
import { CommandFailure } from '../cli/index.ts';
import type { Domain } from '../domains/index.ts';
import { communitiesOf, communityOfDevices, devicesByDomain } from './communities.ts';
import type { Experiment } from './experiment.ts';
import { joinedSets } from './judged-domains.ts';
import { fleetOf } from './fleet.ts';

/** One device, and what the report says of it. */
export interface ExperimentDevice extends SimulatedDeviceOptions {
  readonly storage: MemoryDeviceStorage;
  readonly domain: string;
  /** Its community's place in the list of them. */
  readonly community: number;
  readonly profileName: string;
  readonly samples: number;
  readonly excluded: readonly number[];
}

/** A link that holds nobody up, for a device that has no network to cross. */
const NO_LINK = {
  exchangeSeconds: 0,
  uplinkBytesPerSecond: 1e12,
  downlinkBytesPerSecond: 1e12,
  roundTripSeconds: 0,
};

/**
 * Deals the images. `start` tells a resumed simulation's batches from those of its beginning. A strategy that pools gives
 * one device the images of all. Throws a CommandFailure with every reason why images cannot be dealt like this.
 */
export function devicesOf(
  experiment: Experiment,
  domains: readonly Domain[],
  start: number,
): ExperimentDevice[] {
  const parts = dealt(experiment, domains);
  const fleet = fleetOf(experiment);
  const seed = `${experiment.seed}/${start}`;
  const counters = new Map<number, number>();
  const communities = communitiesOf(experiment);
  const places = communityOfDevices(
    experiment,
    parts.map(({ domain }) => domains[domain]?.name ?? ''),
  );
  const devices = parts.map(({ domain, positions, excluded }, index) => {
    const community = places[index] ?? 0;
    const number = (counters.get(community) ?? 0) + 1;
    counters.set(community, number);
    const { name: ofDomain = '', train } = domains[domain] ?? {};
    const { name = '' } = communities[community] ?? {};
    const set = train && asTold(takeImages(train, positions), experiment, community);
    const { profile, profileName = '' } = fleet[index] ?? {};
    if (!set || !profile) throw new RangeError(`device ${index + 1} has no images or no profile`);
    return { name: `${name} ${number}`, domain: ofDomain, community, set, profile, profileName, excluded };
  });
  const chosen = strategyOf(experiment.strategy).pooled ? [pooled(devices, experiment)] : devices;
  return chosen.map(({ set, ...device }) => ({
    ...device,
    images: new BatchSource(set, new Random(`${seed}/${device.name}/batches`)),
    storage: new MemoryDeviceStorage(),
    samples: set.labels.length,
  }));
}

/** Networks that are told domains get them as labels. */
function asTold(set: ImageSet, { run }: Experiment, community: number): ImageSet {
  return run.condition === 'domains' ? { ...set, labels: set.labels.map(() => community) } : set;
}

interface DealtDevice {
  readonly name: string;
  readonly domain: string;
  readonly community: number;
  readonly set: ImageSet;
  readonly profile: DeviceProfile;
  readonly profileName: string;
  readonly excluded: readonly number[];
}

function dealt(experiment: Experiment, domains: readonly Domain[]) {
  const counts = devicesByDomain(experiment);
  const described = domains.map(({ name, classes, train }, i): PartitionDomain => ({
    name,
    labels: train.labels,
    classes: classes.length,
    devices: counts[i] ?? 0,
  }));
  const { partition: rule, seed, imagesPerDevice } = experiment;
  try {
    // The file's seed counts from 1; the authors' own numbers are those of seed 0.
    return partition(described, { rule, seed: seed - 1, imagesPerDevice });
  } catch (error) {
    if (!(error instanceof PartitionError)) throw error;
    throw new CommandFailure(`The images cannot be dealt as the experiment asks:\n${error.message}`, 2, {
      cause: error,
    });
  }
}

/** All images on one device as fast as the coordinator. */
function pooled(devices: readonly DealtDevice[], { fleet }: Experiment): DealtDevice {
  const [first] = devices;
  if (!first) throw new RangeError('there is no device whose images could be pooled');
  const sets = devices.map(({ set }) => set);
  return {
    name: 'All images',
    domain: first.domain,
    community: 0,
    set: joinedSets(sets, { classes: first.set.classNames }),
    profileName: 'one machine',
    profile: {
      compute: { kind: 'speed', gigaflopsPerSecond: fleet.coordinatorGigaflopsPerSecond },
      ...NO_LINK,
    },
    excluded: [],
  };
}
