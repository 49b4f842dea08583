// Every device for itself, and all images in one place: the two bounds of what federation can give.
import { eachForItself, inIdOrder } from './parts.ts';
import type { Strategy } from './strategy.ts';

const SENDS: Strategy['sends'] = [
  {
    what: 'The weights of both whole networks as this device has trained them, so that they can be scored',
    when: 'every round',
    tells: 'Whoever reads the generator can draw pictures like the images that it was trained on.',
  },
];
const PROMISE = 'Your pictures are never sent; the networks that this device trains on them are.';
const KEEPS: Strategy['keeps'] = ['the random noise and the images that your generator draws here'];

/** The lower bound: no device learns anything from another. */
export const localOnly: Strategy = {
  name: 'local-only',
  title: 'Local only',
  paper: undefined,
  schedule: 'local',
  live: false,
  promise: PROMISE,
  sends: SENDS,
  keeps: KEEPS,
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
  promise: PROMISE,
  sends: SENDS,
  keeps: KEEPS,
  federate: (input) => eachForItself(inIdOrder(input.devices), input),
};
