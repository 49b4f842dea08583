// AsynDGAN: one generator on the coordinator, a discriminator on every device that stays there.
import { COMMUNITY } from './community.ts';
import { JUDGED_KEEPS, JUDGED_PROMISE, judgedSends } from './md-gan.ts';
import type { Strategy } from './strategy.ts';

/**
 * Chang et al., CVPR 2020, arXiv 2006.00080, which Xiong, Li and Cai call M-D GAN: the generator learns from the plain mean
 * of what all discriminators say, and no discriminator moves. Their tasks are conditional on an image; here the condition
 * is the run's.
 */
export const asynDgan: Strategy = {
  name: 'asyn-dgan',
  title: 'AsynDGAN (M-D GAN)',
  paper:
    'Chang, Qu, Zhang, Sabuncu, Chen, Zhang, Metaxas: Synthetic Learning: Learn From Distributed Asynchronized Discriminator GAN Without Sharing Medical Image Data, CVPR 2020, arXiv 2006.00080',
  schedule: 'judged',
  live: false,
  oneGroup: true,
  keepsDiscriminator: true,
  promise: JUDGED_PROMISE,
  sends: judgedSends('Nobody gets it.').slice(0, 1),
  keeps: [...JUDGED_KEEPS, 'your discriminator, whole, with the memory of its optimiser'],
  federate: COMMUNITY.federate,
};
