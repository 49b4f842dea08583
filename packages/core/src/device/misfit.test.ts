import { describe, expect, test } from 'vitest';
import { DIGITS } from '../data/index.ts';
import { smallRun } from '../testing/index.ts';
import { misfitOf } from './misfit.ts';

const digits = { shape: [28, 28, 1] as const, classNames: DIGITS };
const points = { shape: [1, 1, 2] as const, classNames: ['1', '2'] };

describe('data that do not fit a run', () => {
  test.each([
    [digits, {}],
    [points, { strategy: 'fed-gan', data: 'points', condition: 'none' }],
    [
      { ...digits, classNames: ['cat'] },
      { strategy: 'fr-sync', condition: 'none', community: 0 },
    ],
    [
      { ...digits, shape: [32, 32, 3] as const },
      { imageSize: 32, imageChannels: 3 },
    ],
  ] as const)('TIERDATA-30: %j fit a run with %j', (images, changes) => {
    expect(misfitOf(images, smallRun(changes))).toBeUndefined();
  });

  test.each([
    [
      digits,
      { strategy: 'fed-gan', data: 'points' },
      'points of the plane, but images are connected: connect points',
    ],
    [points, {}, 'on images, but points of the plane are connected: connect images'],
    [digits, { imageChannels: 3 }, 'on colour images, but grey ones are connected: connect them again'],
    [{ ...digits, shape: [28, 28, 3] as const }, {}, 'on grey images, but colour ones are connected'],
    [digits, { imageSize: 32 }, 'images of 32x32 pixels, but images of 28x28 are connected: connect them'],
    [
      { ...digits, classNames: ['cat'] },
      {},
      '10 classes apart, but the connected images were sorted into 1 class:',
    ],
  ] as const)('TIERDATA-30: %j do not fit a run with %j', (images, changes, sentence) => {
    expect(misfitOf(images, smallRun(changes))).toContain(sentence);
  });
});
