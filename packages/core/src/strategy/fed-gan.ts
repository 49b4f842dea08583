// FedGAN: every device trains both networks; after each round both are averaged by images.
import { inIdOrder, oneGroup, sampleShares } from './parts.ts';
import type { Strategy } from './strategy.ts';

/** Rasouli, Sun and Rajagopal, arXiv 2006.07228. */
export const fedGan: Strategy = {
  name: 'fed-gan',
  title: 'FedGAN',
  paper: 'Rasouli, Sun, Rajagopal: FedGAN, 2020, arXiv 2006.07228',
  schedule: 'local',
  live: true,
  sends: [
    {
      what: 'All layers of both networks as this device has trained them',
      when: 'every round',
      tells:
        'A generator that was trained on these images alone can draw pictures like them: whoever reads it can do so too.',
    },
  ],
  federate(input) {
    const devices = inIdOrder(input.devices);
    return oneGroup(devices, sampleShares(devices), input);
  },
};
