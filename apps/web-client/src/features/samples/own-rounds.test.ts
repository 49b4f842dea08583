import { expect, test } from 'vitest';
import { ownRounds } from './own-rounds.ts';

test('PAGE-60: a device that was there from the start looks back on its own samples, to the noise before training', () => {
  expect(ownRounds([0, 1, 2], [0, 1])).toEqual([
    { after: 0, from: 'device' },
    { after: 1, from: 'device' },
    { after: 2, from: 'device' },
  ]);
});

test('PAGE-60: a newcomer sees the time before it from the coordinator, each round once', () => {
  expect(ownRounds([3, 4], [0, 1, 2, 3])).toEqual([
    { after: 0, from: 'coordinator' },
    { after: 1, from: 'coordinator' },
    { after: 2, from: 'coordinator' },
    { after: 3, from: 'device' },
    { after: 4, from: 'device' },
  ]);
});
