// What leaves a device and what stays on it: the strategy's own declaration with what is true of all.
import type { Sending, Strategy } from './strategy.ts';

/** What stays on a device whatever the strategy. */
export const ALWAYS_KEPT: readonly string[] = [
  'your images in any form or size, their labels, and the names of files, folders and classes',
  'how many images you have of each class',
  'the error of single images, and the memory of the optimiser',
];

/** What every strategy sends. */
export const ALWAYS_SENT: readonly Sending[] = [
  {
    what: 'The mean losses of a batch, and how long the step took here',
    when: 'every step',
    tells: 'It tells how well the training goes here, and how busy this device is.',
  },
  {
    what: 'How many images are connected in all, what the speed check measured, the names of the engine and of the graphics adapter',
    when: 'once',
    tells:
      'It tells what kind of device this is, and how much it counts. The speed is measured again when steps were missed.',
    passedOn: 'Everyone who can open the page of the run reads it, the speed only as blocks and step times.',
  },
  {
    what: 'The name that you give this device',
    when: 'once',
    tells: 'It tells what you write into it.',
    passedOn: 'Everyone who can open the page of the run reads it.',
  },
  {
    what: 'That you pause, go on, finish or leave, and whether the battery, the data saver or a hidden page asked for a pause',
    when: 'when it happens',
    tells: 'It tells when this device is in use.',
    passedOn: 'Everyone who can open the page of the run sees who takes part.',
  },
];

/** Whether the devices of a run with these settings hold images out and judge generators with them. */
export function devicesJudge(settings: {
  readonly heldOutShare: number;
  readonly judgeEveryRounds: number;
}): boolean {
  return settings.heldOutShare > 0 && settings.judgeEveryRounds > 0;
}

/** What is sent besides in a run whose devices judge its generators. */
export const JUDGING_SENT: Sending = {
  what: 'Two counts: images that this device holds back from training, and how many of these a classifier from the coordinator names right',
  when: 'after some rounds',
  tells:
    'It tells how well generated images teach what your pictures show. A dishonest coordinator could send classifiers made for the purpose, and learn from many such counts how many of those images belong to which class.',
  passedOn: 'Everyone who can open the page of the run reads the sums over your group.',
};

/** Everything a volunteer is told of a strategy. */
export interface Declaration {
  readonly promise: string;
  readonly stays: readonly string[];
  /** The strategy's own first. */
  readonly goes: readonly Sending[];
  /** Images drawn from what the device learned are shared: volunteers must agree before Start. */
  readonly synthetic: boolean;
}

/** The whole declaration, for a run whose devices judge or for one where they do not. */
export function declarationOf(
  { promise, sends, keeps }: Pick<Strategy, 'promise' | 'sends' | 'keeps'>,
  judges = false,
): Declaration {
  const [images = '', ...others] = ALWAYS_KEPT;
  return {
    promise,
    stays: [images, ...keeps, ...others],
    goes: [...sends, ...(judges ? [JUDGING_SENT] : []), ...ALWAYS_SENT],
    synthetic: sends.some(({ synthetic }) => synthetic),
  };
}
