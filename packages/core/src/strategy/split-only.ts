// The U-shaped split without federation: one shared body, heads and tails of each device's own.
import { eachForItself, inIdOrder } from './parts.ts';
import { SPLIT_KEEPS, SPLIT_PROMISE, UNSHARED_SPLIT_SENDS } from './split-sends.ts';
import type { Strategy } from './strategy.ts';

/** HuSCF-GAN with its federation switched off; every device's layers are sent for scores and resuming, and to nobody else. */
export const splitOnly: Strategy = {
  name: 'split-only',
  title: 'U-shaped split without federation',
  paper: undefined,
  schedule: 'split',
  live: false,
  promise: SPLIT_PROMISE,
  sends: UNSHARED_SPLIT_SENDS,
  keeps: SPLIT_KEEPS,
  federate: (input) => eachForItself(inIdOrder(input.devices), input),
};
