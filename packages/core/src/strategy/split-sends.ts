// What leaves a device in a split step.
import type { Strategy } from './strategy.ts';

/** Activations, gradients, layers. */
export const SPLIT_SENDS: Strategy['sends'] = [
  {
    what: 'The outputs of the first layers for a batch of images, and gradients at the cuts',
    when: 'every step',
    tells:
      'From the outputs of few layers blurred shapes of images can be reconstructed; THREAT-MODEL.md says how well.',
  },
  {
    what: "The device's own layers",
    when: 'every round',
    tells: 'They alone draw nothing, as the middle of the networks is elsewhere; the coordinator has both.',
  },
];
