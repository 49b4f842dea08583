// What is computed where, and when, in a step of each schedule.
import type { Schedule } from '../architecture/index.ts';

/** A run through some blocks; `backward` is both gradients and the update, which belongs to the parameters' part. */
export type Pass = 'forward' | 'backward' | 'input-gradient' | 'parameter-gradient';
export type Network = 'generator' | 'discriminator';

export type WorkOfDevice = readonly (readonly (readonly [Network, 'head' | 'tail', Pass])[])[];
export type WorkOfBody = readonly (readonly (readonly [Network, Pass])[])[];

/**
 * What a device computes up to its message of each exchange; what it does after the answer counts with the exchange that
 * follows, at the end of the step with the last.
 */
const SPLIT_DEVICE_WORK: WorkOfDevice = [
  [
    ['generator', 'head', 'forward'],
    ['discriminator', 'head', 'forward'],
  ],
  [
    ['generator', 'tail', 'forward'],
    ['discriminator', 'head', 'forward'],
    ['discriminator', 'tail', 'forward'],
    ['discriminator', 'tail', 'backward'],
  ],
  [
    ['discriminator', 'head', 'backward'],
    ['discriminator', 'tail', 'forward'],
    ['discriminator', 'tail', 'backward'],
  ],
  [
    ['discriminator', 'head', 'backward'],
    ['discriminator', 'head', 'forward'],
  ],
  [
    ['discriminator', 'tail', 'forward'],
    ['discriminator', 'tail', 'input-gradient'],
  ],
  [
    ['discriminator', 'head', 'input-gradient'],
    ['generator', 'tail', 'backward'],
    ['generator', 'head', 'backward'],
  ],
];

/** What the body computes between message and answer of each exchange. */
const SPLIT_BODY_WORK: WorkOfBody = [
  [
    ['generator', 'forward'],
    ['discriminator', 'forward'],
  ],
  [
    ['discriminator', 'forward'],
    ['discriminator', 'input-gradient'],
  ],
  [['discriminator', 'input-gradient']],
  [['discriminator', 'forward']],
  [['discriminator', 'input-gradient']],
  [['generator', 'input-gradient']],
];

/** What the body computes after its answer of each exchange, while the devices compute: no answer needs it. */
const SPLIT_BODY_WORK_AFTERWARDS: WorkOfBody = [
  [],
  [['discriminator', 'parameter-gradient']],
  [['discriminator', 'parameter-gradient']],
  [],
  [],
  [['generator', 'parameter-gradient']],
];

/** A whole discriminator learns from one batch, or goes back through it to the images. */
const LEARNS: WorkOfDevice[number] = [
  ['discriminator', 'head', 'forward'],
  ['discriminator', 'head', 'backward'],
];
const JUDGES: WorkOfDevice[number] = [
  ['discriminator', 'head', 'forward'],
  ['discriminator', 'head', 'input-gradient'],
];

/** A step of a whole GAN: fakes once, the discriminator on real, on fakes, and on the same fakes after its update. */
const LOCAL_DEVICE_WORK: WorkOfDevice = [
  [['generator', 'head', 'forward'], ...LEARNS, ...LEARNS, ...JUDGES, ['generator', 'head', 'backward']],
];

/** A step with two generators, whose second one is counted from the tail; the discriminator runs on the images of both. */
const TWIN_DEVICE_WORK: WorkOfDevice = [
  [
    ['generator', 'head', 'forward'],
    ['generator', 'tail', 'forward'],
    ...LEARNS,
    ...LEARNS,
    ...LEARNS,
    ...JUDGES,
    ['generator', 'head', 'backward'],
    ...JUDGES,
    ['generator', 'tail', 'backward'],
  ],
];

/** A judge learns from real images and from the coordinator's, and goes back through what it judges. */
const JUDGED_DEVICE_WORK: WorkOfDevice = [[], [...LEARNS, ...LEARNS, ...JUDGES]];

/** The coordinator draws two batches for each judge, and goes back through the second. */
const JUDGED_BODY_WORK: WorkOfBody = [
  [
    ['generator', 'forward'],
    ['generator', 'forward'],
  ],
  [['generator', 'backward']],
];

/** By schedule: the device's work, the coordinator's before its answers, and that after them. */
export const WORK: Readonly<
  Record<
    Schedule,
    { readonly device: WorkOfDevice; readonly body: WorkOfBody; readonly afterwards: WorkOfBody }
  >
> = {
  split: { device: SPLIT_DEVICE_WORK, body: SPLIT_BODY_WORK, afterwards: SPLIT_BODY_WORK_AFTERWARDS },
  local: { device: LOCAL_DEVICE_WORK, body: [[]], afterwards: [[]] },
  twin: { device: TWIN_DEVICE_WORK, body: [[]], afterwards: [[]] },
  judged: { device: JUDGED_DEVICE_WORK, body: JUDGED_BODY_WORK, afterwards: [[], []] },
};
