// What the four strategies in three tiers have in common: an edge's generator, and devices that keep their discriminators.
import type { FederatedDevice, FederationInput, FederationResult } from './federation.ts';
import { equalShares, inIdOrder } from './parts.ts';
import type { Strategy } from './strategy.ts';

/** The paper of all four. */
export const THREE_TIERS_PAPER =
  'Xiong, Li, Cai: Federated Generative Model on Multi-Source Heterogeneous Data in IoT, AAAI 2023, 37(9), 10537-10545';

/** What a strategy in three tiers does not decide for itself. */
export const COMMUNITY: Pick<
  Strategy,
  | 'paper'
  | 'schedule'
  | 'live'
  | 'oneGroup'
  | 'keepsDiscriminator'
  | 'promise'
  | 'sends'
  | 'keeps'
  | 'federate'
> = {
  paper: THREE_TIERS_PAPER,
  schedule: 'judged',
  live: true,
  oneGroup: true,
  keepsDiscriminator: true,
  promise:
    'Your pictures are never sent, nor is the network that learns from them; what it says of generated images is, and a dishonest coordinator could find out much from that.',
  sends: [
    {
      what: 'How each image that the edge has drawn would have to change to look more like yours (a gradient)',
      when: 'every step',
      tells: 'Over many steps it shows what your images have in common.',
      passedOn:
        'Nobody gets the gradient itself. What the edge’s generator learns from those of all its devices goes to the cloud, and from there to every other community.',
    },
    {
      what: 'One number: how real a batch of the edge’s images looks to your discriminator',
      when: 'every step',
      tells: 'It tells how close the generator has come to what your images are like.',
      passedOn: 'Its mean over all devices of your community and all steps of a round goes to the cloud.',
    },
  ],
  keeps: [
    'your discriminator, whole, with the memory of its optimiser',
    'what it says of each of your images',
  ],
  federate: keepGenerator,
};

/** Ends a round at the edge: the generator is as the edge trained it, and no device has brought anything. */
function keepGenerator(input: FederationInput): FederationResult {
  const devices = inIdOrder(input.devices);
  requireNothing(devices);
  const shares = equalShares(devices);
  return {
    clusters: new Map(devices.map(({ id }) => [id, 0])),
    clusterLayers: new Map([[0, input.body]]),
    body: input.body,
    globalLayers: input.body,
    clusterWeights: shares,
    globalWeights: shares,
    divergences: { cluster: new Map(), global: new Map() },
    silhouette: 0,
    notes: [],
  };
}

function requireNothing(devices: readonly FederatedDevice[]): void {
  for (const { id, values } of devices)
    if (values.size > 0)
      throw new RangeError(
        `device ${id} brought ${values.size} tensors where its discriminator must stay with it`,
      );
}
