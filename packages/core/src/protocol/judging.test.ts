import { describe, expect, test } from 'vitest';
import { cganSpec } from '../architecture/index.ts';
import { parseDeviceMessage } from './control.ts';
import { frameBytes } from './frame.ts';
import { maximumFrameBytes } from './frame-size.ts';
import { frameEncoding } from './frame-writer.ts';
import { judgedTensors, judgesAfter } from './judging.ts';
import { runSettingsSchema } from './run-settings.ts';

const said = { type: 'judged', run: 7, round: 3, right: 9, total: 12 } as const;

describe('what a device says of a classifier', () => {
  test('JUDGE-3: two counts are read', () => {
    expect(parseDeviceMessage(said)).toEqual(said);
    expect(parseDeviceMessage({ ...said, right: 0, total: 0 })).toMatchObject({ right: 0, total: 0 });
  });

  test.each([
    ['more right than there are', { right: 13 }],
    ['a negative count', { right: -1 }],
    ['half an image', { right: 0.5 }],
    ['more than a device holds out', { total: 501 }],
    ['no total', { total: undefined }],
    ['counts of classes', { classes: [3, 6] }],
    ['labels', { labels: 'AAEC' }],
  ])('JUDGE-3: %s is refused', (_, change) => {
    expect(() => parseDeviceMessage({ ...said, ...change })).toThrow('was refused');
  });
});

test('JUDGE-4: a classifier fits into the frames of a run that judges, in 32 bits, and is not reckoned with elsewhere', () => {
  for (const encoding of ['float32', 'float16', 'int8'] as const)
    expect(frameEncoding('classifier', encoding)).toBe('float32');
  const spec = cganSpec({ width: 1 / 16 });
  const bytes = frameBytes(judgedTensors(spec), 'float32');
  expect(maximumFrameBytes({ spec, batch: 2, judgeEveryRounds: 1 })).toBeGreaterThanOrEqual(bytes);
  expect(maximumFrameBytes({ spec, batch: 2 })).toBeLessThan(bytes);
});

test('JUDGE-4: rounds are judged as the settings say, never without held-out images', () => {
  const rounds = (changes: object) => {
    const settings = runSettingsSchema.parse({ id: 'x', title: 'x', classes: ['a', 'b'], ...changes });
    return [0, 1, 2, 3, 4, 5].filter((round) => judgesAfter(settings, round));
  };
  expect(rounds({})).toEqual([]);
  expect(rounds({ judgeEveryRounds: 2 })).toEqual([]);
  expect(rounds({ heldOutShare: 0.1 })).toEqual([]);
  expect(rounds({ heldOutShare: 0.1, judgeEveryRounds: 2 })).toEqual([1, 3, 5]);
  expect(rounds({ heldOutShare: 0.1, judgeEveryRounds: 4, rounds: 6 })).toEqual([3, 5]);
  expect(rounds({ heldOutShare: 0.1, judgeEveryRounds: 1 })).toEqual([0, 1, 2, 3, 4, 5]);
});
