// FedGAN: every device trains both networks; after each round both are averaged by images.
import { inIdOrder, oneGroup, sampleShares } from './parts.ts';
import type { Strategy } from './strategy.ts';

/**
 * Rasouli, Sun and Rajagopal, arXiv 2006.07228. The Fed. GAN of Fan and Liu (arXiv 2005.03793), who compare what may be
 * synchronised, is the same where both networks are; averaged after every step it is the FED GAN of Xiong, Li and Cai.
 */
export const fedGan: Strategy = {
  name: 'fed-gan',
  title: 'FedGAN',
  paper: 'Rasouli, Sun, Rajagopal: FedGAN, 2020, arXiv 2006.07228',
  schedule: 'local',
  live: true,
  oneGroup: true,
  promise:
    'Your pictures are never sent; the networks that this device trains on them are, and the generator among them can draw pictures like yours.',
  sends: [
    {
      what: 'The weights of both whole networks as this device has trained them, with their running statistics',
      when: 'every round',
      tells:
        'For a round your generator learned from your images alone: whoever runs a dishonest coordinator can let it draw, and sees what your images are like. Of a device with few images it may draw the images themselves.',
      passedOn:
        'All devices get the average. In a run of two the other can work out from it what yours were.',
    },
  ],
  keeps: ['the random noise and the images that your generator draws here'],
  federate(input) {
    const devices = inIdOrder(input.devices);
    return oneGroup(devices, sampleShares(devices), input);
  },
};
