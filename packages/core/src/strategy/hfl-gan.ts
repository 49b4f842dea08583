// HFL-GAN: two generators on every device, one shared within its cluster, one among all; clusters found as it goes.
import { alwaysRemoteBlock, type NetworkSpec } from '../architecture/index.ts';
import { clusterDevices, matchLabels } from '../cluster/index.ts';
import { networkParameters, pickTensors } from '../federate/index.ts';
import type { NamedTensors } from '../tensors/index.ts';
import type { FederatedDevice, FederationInput, FederationResult } from './federation.ts';
import { averageOf, inIdOrder, oneGroup, sampleShares } from './parts.ts';
import type { Strategy } from './strategy.ts';

/** The generators that are shared among all meet in every so manieth round. */
const GLOBAL_EVERY = 2;

/**
 * Petch et al., 2024. Our reading, as its text could not be had: it speaks of clients that are clustered dynamically, of
 * several generators and of parts that are aggregated at different stages; that a step is two passes of generators and five
 * of the discriminator is what published latencies suggest (huscf-gan.md). So: all three networks are averaged by images
 * within the cluster after every round; the second generator besides over all clusters in every second round.
 *
 * Devices are clustered by the running statistics of their discriminators' normalisation up to the middle block. They come
 * with the layers anyway, so that nothing more is sent, and say what the images look like to a network: on two drawn domains
 * they and the weights themselves gave the same groups, with a mean silhouette of 0.67 and 0.58. While warming up all devices
 * are one cluster.
 */
function federate(input: FederationInput): FederationResult {
  const devices = inIdOrder(input.devices);
  const { clusters, silhouette } = groupsOf(devices, input);
  const all = oneGroup(devices, sampleShares(devices), input);
  const ofAll = all.globalLayers;
  const meet = (input.round + 1) % GLOBAL_EVERY === 0;
  const clusterLayers = new Map<number, NamedTensors>();
  const clusterWeights = new Map<string, number>();
  for (const cluster of [...new Set(clusters.values())].sort((a, b) => a - b)) {
    const members = devices.filter(({ id }) => clusters.get(id) === cluster);
    const shares = sampleShares(members);
    for (const [id, share] of shares) clusterWeights.set(id, share);
    const average = averageOf(members, shares, input);
    clusterLayers.set(cluster, meet ? new Map([...average, ...secondGeneratorOf(ofAll)]) : average);
  }
  return { ...all, clusters, clusterLayers, clusterWeights, silhouette };
}

function secondGeneratorOf(layers: NamedTensors): NamedTensors {
  return new Map([...layers].filter(([name]) => name.startsWith('generator2.')));
}

function groupsOf(
  devices: readonly FederatedDevice[],
  input: FederationInput,
): Pick<FederationResult, 'clusters' | 'silhouette'> {
  if (input.round < input.warmUpRounds)
    return { clusters: new Map(devices.map(({ id }) => [id, 0])), silhouette: 0 };
  const points = devices.map(({ values }) => seenBy(values, input.spec.discriminator));
  const { labels, silhouette } = clusterDevices(points, { ...input.clustering, random: input.random });
  const found = new Map(devices.map(({ id }, index) => [id, labels[index] ?? 0]));
  return { clusters: matchLabels(input.previousClusters, found), silhouette };
}

/** The running statistics of the discriminator's first blocks, one behind the other: means, and variances as deviations. */
function seenBy(values: NamedTensors, discriminator: NetworkSpec): Float32Array {
  const statistics = networkParameters(discriminator, 1, alwaysRemoteBlock(discriminator)).filter(
    ({ trainable }) => !trainable,
  );
  return Float32Array.from(
    [...pickTensors(values, statistics)].flatMap(([name, { data }]) =>
      name.endsWith('running_var') ? [...data].map(Math.sqrt) : [...data],
    ),
  );
}

/** Two generators and a discriminator whole on the device. */
export const hflGan: Strategy = {
  name: 'hfl-gan',
  title: 'HFL-GAN',
  paper: 'Petch et al.: HFL-GAN, 2024',
  schedule: 'twin',
  live: true,
  promise:
    'Your pictures are never sent; the networks that this device trains on them are, and the generators among them can draw pictures like yours.',
  sends: [
    {
      what: 'The weights of two whole generators and a discriminator as this device has trained them, with their running statistics',
      when: 'every round',
      tells:
        'For a round your generators learned from your images alone: whoever runs a dishonest coordinator can let them draw, and sees what your images are like. Of a device with few images they may draw the images themselves.',
      passedOn:
        'The devices of your group get the average, and all devices that of the second generator. In a group of two the other can work out from it what yours were.',
    },
  ],
  keeps: ['the random noise and the images that your generators draw here'],
  federate,
};
