// What the strategies' ends of rounds have in common.
import { scheduleOf } from '../architecture/index.ts';
import {
  bodyOfCluster,
  bodyParameters,
  deviceLayers,
  ganParameters,
  pickTensors,
  weightedAverage,
} from '../federate/index.ts';
import type { NamedTensors } from '../tensors/index.ts';
import type { FederatedDevice, FederationInput, FederationResult } from './federation.ts';

/** The devices in the order of their ids; throws a RangeError when there is none. */
export function inIdOrder(devices: readonly FederatedDevice[]): FederatedDevice[] {
  if (devices.length === 0) throw new RangeError('a federation needs at least one device');
  return [...devices].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

/**
 * All networks whole as a device knows them: its own copy of the layers it holds, the coordinator's of all others. Where
 * neither has a layer (a judge's generator is the coordinator's, a local device has all) that is a RangeError.
 */
export function completeLayers(device: FederatedDevice, input: FederationInput): NamedTensors {
  const { spec, previousClusters } = input;
  const body = bodyOfCluster(input.body, previousClusters.get(device.id));
  const own = deviceLayers(device.values, spec, device.cut);
  if (own.size !== device.values.size)
    throw new RangeError(
      `device ${device.id} brought ${device.values.size} tensors where its cut has ${own.size}`,
    );
  return pickTensors(new Map([...body, ...own]), ganParameters(spec, scheduleOf(device.cut)));
}

/** Shares of the devices' images. */
export function sampleShares(devices: readonly FederatedDevice[]): Map<string, number> {
  const total = devices.reduce((sum, { samples }) => sum + samples, 0);
  return new Map(devices.map(({ id, samples }) => [id, samples / total]));
}

/** The same share for each. */
export function equalShares(devices: readonly FederatedDevice[]): Map<string, number> {
  return new Map(devices.map(({ id }) => [id, 1 / devices.length]));
}

/** The weighted average of whole networks. */
export function averageOf(
  devices: readonly FederatedDevice[],
  shares: ReadonlyMap<string, number>,
  input: FederationInput,
): NamedTensors {
  return weightedAverage(
    devices.map((device) => ({
      weight: shares.get(device.id) ?? 0,
      values: completeLayers(device, input),
    })),
  );
}

/** A round that ends with one average for all. */
export function oneGroup(
  devices: readonly FederatedDevice[],
  shares: ReadonlyMap<string, number>,
  input: FederationInput,
): FederationResult {
  const layers = averageOf(devices, shares, input);
  return {
    clusters: new Map(devices.map(({ id }) => [id, 0])),
    clusterLayers: new Map([[0, layers]]),
    body: pickTensors(layers, keptBy(input)),
    globalLayers: layers,
    clusterWeights: shares,
    globalWeights: shares,
    divergences: { cluster: new Map(), global: new Map() },
    silhouette: 0,
    notes: [],
  };
}

/**
 * A round after which every device keeps its own layers and the body stays as it is; each is a group of its own, under
 * its number of the round before.
 */
export function eachForItself(devices: readonly FederatedDevice[], input: FederationInput): FederationResult {
  const clusters = new Map<string, number>();
  const taken = new Set(input.previousClusters.values());
  let free = 0;
  for (const { id } of devices) {
    const before = input.previousClusters.get(id);
    while (before === undefined && taken.has(free)) free += 1;
    const number = before ?? free;
    taken.add(number);
    clusters.set(id, number);
  }
  return {
    ...oneGroup(devices, sampleShares(devices), input),
    clusters,
    clusterLayers: new Map(
      devices.map((device) => [clusters.get(device.id) ?? 0, completeLayers(device, input)]),
    ),
    body: pickTensors(input.body, keptBy(input)),
    clusterWeights: new Map(devices.map(({ id }) => [id, 1])),
  };
}

/** The layers that the coordinator trains, whatever the schedule. */
function keptBy({ spec, body }: FederationInput) {
  const kept = new Set(body.keys());
  const split = bodyParameters(spec);
  const isSplit = split.length === kept.size && split.every(({ name }) => kept.has(name));
  return isSplit ? split : ganParameters(spec).filter(({ name }) => kept.has(name));
}
