// MD-GAN: one generator on the coordinator, a discriminator on every device; discriminators change places.
import type { Random } from '../random.ts';
import type { NamedTensors } from '../tensors/index.ts';
import { deviceLayers } from '../federate/index.ts';
import type { FederatedDevice } from './federation.ts';
import { equalShares, inIdOrder, oneGroup } from './parts.ts';
import type { Strategy } from './strategy.ts';

/** What leaves a device that judges images. */
export const JUDGED_SENDS: Strategy['sends'] = [
  {
    what: "The gradient of this device's opinion at images that the coordinator has drawn",
    when: 'every step',
    tells: 'It says what the device misses in the images, and so something of what its own look like.',
  },
  {
    what: 'All layers of the discriminator',
    when: 'every round',
    tells: 'It can tell images that it was trained on from others.',
  },
];

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
  sends: JUDGED_SENDS,
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
