// Federated split GANs: one generator on the coordinator, discriminators of the clients, averaged after each round.
import { JUDGED_KEEPS, JUDGED_PROMISE, judgedSends } from './md-gan.ts';
import { equalShares, inIdOrder, oneGroup } from './parts.ts';
import type { Strategy } from './strategy.ts';

/**
 * Kortoçi, Liang, Zhou, Lee, Al Hammouri, Hui, arXiv 2207.01750. Their client spreads its discriminator over several
 * devices of its own; what is computed is the same on one, which is how it runs here.
 */
export const fedSplitGan: Strategy = {
  name: 'fed-split-gan',
  title: 'Federated split GANs',
  paper: 'Kortoçi et al.: Federated Split GANs, 2022, arXiv 2207.01750',
  schedule: 'judged',
  live: true,
  oneGroup: true,
  promise: JUDGED_PROMISE,
  sends: judgedSends(
    'All devices get the average. In a run of two the other can work out from it what yours were.',
  ),
  keeps: JUDGED_KEEPS,
  federate(input) {
    const devices = inIdOrder(input.devices);
    return oneGroup(devices, equalShares(devices), input);
  },
};
