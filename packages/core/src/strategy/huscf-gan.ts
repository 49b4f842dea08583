// HuSCF-GAN (arXiv 2507.12979): clustered federation of the devices' layers, weighted by divergence.
import { clusterDevices, klDivergences, matchLabels } from '../cluster/index.ts';
import {
  bodyParameters,
  clusterWeights,
  globalWeights,
  joinedBodies,
  pickTensors,
  weightedAverage,
  type Contribution,
} from '../federate/index.ts';
import type { NamedTensors, PlainTensor } from '../tensors/index.ts';
import type { FederatedDevice, FederationInput, FederationResult } from './federation.ts';
import { completeLayers, inIdOrder } from './parts.ts';
import { SPLIT_KEEPS, SPLIT_PROMISE, SPLIT_SENDS } from './split-sends.ts';
import type { Strategy } from './strategy.ts';

/** A device whose features arrived and are finite. */
type MeasuredDevice = FederatedDevice & { readonly features: PlainTensor };

/** Who is grouped with whom, and how far each measured device is from the others. */
type Grouping = Pick<FederationResult, 'clusters' | 'divergences' | 'silhouette'>;

/**
 * Ends a round. While warming up all devices are one cluster, averaged by their samples. Afterwards devices are
 * clustered by their features; every layer of both networks is averaged within each cluster by n_i exp(-alpha KLD_i)
 * (a device that lacks a layer counts with the body's copy), and the body over all devices by the same formula with the
 * divergence among all; where each cluster has a body of its own, that is the cluster's average. A layer that no device
 * holds, block 3 always, comes out of a shared body unchanged.
 *
 * A device without finite features keeps its previous cluster and counts with the mean divergence of those measured;
 * without a previous cluster it weighs nothing and takes the global average. If that is true of all, the round is
 * averaged as in the warm-up. Devices are taken in the order of their ids: the order of arrival changes nothing.
 */
function federate(input: FederationInput): FederationResult {
  const devices = inIdOrder(input.devices);
  const notes: string[] = [];
  const { clusters, divergences, silhouette } = groupDevices(input, devices, notes);

  const placed = devices.filter(({ id }) => clusters.has(id));
  const members = (cluster: number) => placed.filter(({ id }) => clusters.get(id) === cluster);
  const numbers = [...new Set(clusters.values())].sort((a, b) => a - b);
  const inCluster = clusterWeights(
    numbers.flatMap((cluster) => contributions(members(cluster), divergences.cluster)),
    clusters,
    input.alpha,
  );
  const amongAll = globalWeights(contributions(placed, divergences.global), input.alpha);

  const layers = new Map(placed.map((device) => [device, completeLayers(device, input)]));
  const average = (of: readonly FederatedDevice[], weights: ReadonlyMap<string, number>) =>
    weightedAverage(
      of.map((device) => ({
        weight: weights.get(device.id) ?? 0,
        values: layers.get(device) ?? new Map<string, PlainTensor>(),
      })),
    );
  const globalLayers = average(placed, amongAll);
  const clusterLayers = new Map(numbers.map((cluster) => [cluster, average(members(cluster), inCluster)]));
  const bodyIn = (whole: NamedTensors) => pickTensors(whole, bodyParameters(input.spec));
  return {
    clusters,
    clusterLayers,
    body:
      input.bodies === 'per-cluster'
        ? joinedBodies(new Map([...clusterLayers].map(([cluster, whole]) => [cluster, bodyIn(whole)])))
        : bodyIn(globalLayers),
    globalLayers,
    clusterWeights: inCluster,
    globalWeights: amongAll,
    divergences,
    silhouette,
    notes,
  };
}

function groupDevices(
  input: FederationInput,
  devices: readonly FederatedDevice[],
  notes: string[],
): Grouping {
  const measured = devices.filter(isMeasured);
  const asOne: Grouping = {
    clusters: new Map(devices.map(({ id }) => [id, 0])),
    divergences: { cluster: new Map(), global: new Map() },
    silhouette: 0,
  };
  if (input.round < input.warmUpRounds) return asOne;
  const isKnown = ({ id }: FederatedDevice) => input.previousClusters.has(id);
  if (measured.length === 0 && !devices.some(isKnown)) {
    notes.push(
      'No device sent features and none has a cluster yet: this round is averaged over all by samples.',
    );
    return asOne;
  }

  const { labels, silhouette } = clusterDevices(
    measured.map(({ features }) => features.data),
    { ...input.clustering, random: input.random },
  );
  const found = new Map(measured.map(({ id }, index) => [id, labels[index] ?? 0]));
  const clusters = matchLabels(input.previousClusters, found);
  for (const { id } of devices.filter((device) => !isMeasured(device))) {
    const previous = input.previousClusters.get(id);
    if (previous === undefined) {
      notes.push(`Device ${id} sent no usable features and has no cluster yet: it takes the global average.`);
    } else {
      clusters.set(id, previous);
      notes.push(`Device ${id} sent no usable features: it stays in cluster ${previous}.`);
    }
  }
  const numbers = [...new Set(clusters.values())].sort((a, b) => a - b);
  const within = numbers.map((cluster) =>
    divergencesOf(
      measured.filter(({ id }) => clusters.get(id) === cluster),
      `in cluster ${cluster}`,
      notes,
    ),
  );
  return {
    clusters,
    divergences: {
      cluster: new Map(within.flatMap((scores) => [...scores])),
      global: divergencesOf(measured, 'among all devices', notes),
    },
    silhouette,
  };
}

function divergencesOf(
  devices: readonly MeasuredDevice[],
  where: string,
  notes: string[],
): Map<string, number> {
  const { scores, notFinite } = klDivergences(devices.map(({ features }) => features));
  for (const index of notFinite)
    notes.push(
      `The divergence of device ${devices[index]?.id ?? ''} ${where} is not finite and counts as 0.`,
    );
  return new Map(devices.map(({ id }, index) => [id, scores[index] ?? 0]));
}

/** What each device counts with: its divergence where measured, else the mean of those that are. */
function contributions(
  devices: readonly FederatedDevice[],
  divergences: ReadonlyMap<string, number>,
): Contribution[] {
  const known = devices.flatMap(({ id }) => divergences.get(id) ?? []);
  const mean = known.reduce((sum, divergence) => sum + divergence, 0) / Math.max(1, known.length);
  return devices.map(({ id, samples }) => ({ id, samples, divergence: divergences.get(id) ?? mean }));
}

function isMeasured(device: FederatedDevice): device is MeasuredDevice {
  return device.features?.data.every(Number.isFinite) ?? false;
}

/** Every ablation of it is a setting: alpha, clusters, warmUpRounds, cuts. */
export const huscfGan: Strategy = {
  name: 'huscf-gan',
  title: 'HuSCF-GAN',
  paper: 'HuSCF-GAN, 2025, arXiv 2507.12979',
  schedule: 'split',
  live: true,
  promise: SPLIT_PROMISE,
  sends: SPLIT_SENDS,
  keeps: SPLIT_KEEPS,
  federate,
};
