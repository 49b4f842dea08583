// Every device for itself, and all images in one place: the two bounds of what federation can give.
import { eachForItself, inIdOrder } from './parts.ts';
import type { Strategy } from './strategy.ts';

const SENDS: Strategy['sends'] = [
  {
    what: 'All layers of both networks as this device has trained them, so that they can be scored',
    when: 'every round',
    tells: 'Whoever reads the generator can draw pictures like the images that it was trained on.',
  },
];

/** The lower bound: no device learns anything from another. */
export const localOnly: Strategy = {
  name: 'local-only',
  title: 'Local only',
  paper: undefined,
  schedule: 'local',
  live: false,
  sends: SENDS,
  federate: (input) => eachForItself(inIdOrder(input.devices), input),
};

/** The upper bound that no private data may reach: one device with the images of all. */
export const centralised: Strategy = {
  name: 'centralised',
  title: 'Centralised',
  paper: undefined,
  schedule: 'local',
  live: false,
  pooled: true,
  sends: SENDS,
  federate: (input) => eachForItself(inIdOrder(input.devices), input),
};
