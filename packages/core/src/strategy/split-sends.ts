// What leaves a device in a split step, in words for its owner.
import type { Sending, Strategy } from './strategy.ts';

/** The true sentence where activations and gradients leave. */
export const SPLIT_PROMISE: Strategy['promise'] =
  'Your pictures are never sent; numbers computed from them are, and a dishonest coordinator could rebuild much from those.';

/** Not sent, though part of it can be computed from what is. */
export const SPLIT_KEEPS: Strategy['keeps'] = ['the random noise and the images that your part generates'];

const SMASHED: readonly Sending[] = [
  {
    what: 'The outputs of your first layers for a batch of images, and the gradients at the cuts',
    when: 'every step',
    tells:
      'We measured it: whoever runs a dishonest coordinator and knows your layers can rebuild pictures and labels from these numbers, nearly exactly when the cut is shallow.',
  },
];

const LAYERS: Sending = {
  what: 'The weights of your own layers, with their running statistics',
  when: 'every round',
  tells: 'Together with the layers in the middle they are a generator that draws pictures like yours.',
};

/** Where the layers are averaged within groups. */
export const SPLIT_SENDS: Strategy['sends'] = [
  ...SMASHED,
  {
    ...LAYERS,
    passedOn:
      'The devices of your group get the average. In a group of two the other can work out from it what yours were.',
  },
];

/** Where every device keeps its own layers. */
export const UNSHARED_SPLIT_SENDS: Strategy['sends'] = [...SMASHED, LAYERS];
