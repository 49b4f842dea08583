// MD-GAN: one generator on the coordinator, a discriminator on every device; discriminators change places.
import type { Random } from '../random.ts';
import type { NamedTensors } from '../tensors/index.ts';
import { deviceLayers } from '../federate/index.ts';
import type { FederatedDevice } from './federation.ts';
import { equalShares, inIdOrder, oneGroup } from './parts.ts';
import type { Strategy } from './strategy.ts';

/** The true sentence where a device judges images. */
export const JUDGED_PROMISE: Strategy['promise'] =
  'Your pictures are never sent; what this device learns from them is, and a dishonest coordinator could find out much from that.';

/** What leaves a device that judges images, whoever gets its discriminator besides the coordinator. */
export function judgedSends(passedOn: string): Strategy['sends'] {
  return [
    {
      what: 'How each image that the coordinator has drawn would have to change to look more like yours (a gradient)',
      when: 'every step',
      tells: 'Over many steps it shows what your images have in common.',
    },
    {
      what: 'The weights of your whole discriminator, with their running statistics',
      when: 'every round',
      tells:
        'It can tell pictures that it learned from apart from others, and it steers a generator towards them.',
      passedOn,
    },
  ];
}

/** What stays where a device judges images. */
export const JUDGED_KEEPS: Strategy['keeps'] = ['what your discriminator says of each of your images'];

/**
 * Hardy, Le Merrer and Sericola, arXiv 1811.03850. Each device gets two batches of its own (their k is the number of
 * devices); the generator's update is the mean of the gradients; after each round discriminators move on by a random
 * cyclic permutation, through the coordinator, where the paper's devices send them to each other.
 */
export const mdGan: Strategy = {
  name: 'md-gan',
  title: 'MD-GAN',
  paper: 'Hardy, Le Merrer, Sericola: MD-GAN, 2019, arXiv 1811.03850',
  schedule: 'judged',
  live: true,
  oneGroup: true,
  promise: JUDGED_PROMISE,
  sends: judgedSends('After each round another device goes on with it, as it is.'),
  keeps: JUDGED_KEEPS,
  federate(input) {
    const devices = inIdOrder(input.devices);
    return {
      ...oneGroup(devices, equalShares(devices), input),
      ownLayers: swapped(devices, input.random, (device) =>
        deviceLayers(device.values, input.spec, device.cut),
      ),
    };
  },
};

/** A random cycle through all devices: each gets the layers of the one before it; one alone keeps its own. */
function swapped(
  devices: readonly FederatedDevice[],
  random: Random,
  layersOf: (device: FederatedDevice) => NamedTensors,
): Map<string, NamedTensors> {
  const cycle = random.shuffle([...devices]);
  return new Map(cycle.map((device, i) => [device.id, layersOf(cycle.at(i - 1) ?? device)]));
}
