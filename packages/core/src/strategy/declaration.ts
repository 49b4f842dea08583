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

/** Everything a volunteer is told of a strategy. */
export interface Declaration {
  readonly promise: string;
  readonly stays: readonly string[];
  /** The strategy's own first. */
  readonly goes: readonly Sending[];
  /** Images drawn from what the device learned are shared: volunteers must agree before Start. */
  readonly synthetic: boolean;
}

/** The whole declaration. */
export function declarationOf({
  promise,
  sends,
  keeps,
}: Pick<Strategy, 'promise' | 'sends' | 'keeps'>): Declaration {
  const [images = '', ...others] = ALWAYS_KEPT;
  return {
    promise,
    stays: [images, ...keeps, ...others],
    goes: [...sends, ...ALWAYS_SENT],
    synthetic: sends.some(({ synthetic }) => synthetic),
  };
}
