import { expect, test } from 'vitest';
import { formatBytes, formatDuration, formatList, formatShortDuration, formatStepSeconds } from './format.ts';

test.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1_700_000, '1.7 MB'],
  [12_345_678, '12.3 MB'],
  [3.2e9, '3.2 GB'],
])('PAGE-3: %d bytes read as %s', (bytes, words) => {
  expect(formatBytes(bytes)).toBe(words);
});

test.each([
  [0, '0 sec'],
  [59.6, '1 min'],
  [200, '3 min 20 sec'],
  [3600, '1 hr'],
  [93_600, '1 day 2 hr'],
])('PAGE-3: %d seconds read as %s', (seconds, words) => {
  expect(formatDuration(seconds)).toBe(words);
});

test('PAGE-3: a step below a second is told in milliseconds', () => {
  expect([formatStepSeconds(0.0416), formatStepSeconds(1.234)]).toEqual(['42 ms', '1.23 sec']);
});

test('PAGE-3: a short duration has one unit', () => {
  expect([5, 95, 7_300, 200_000].map(formatShortDuration)).toEqual(['5s', '2m', '2h', '2d']);
});

test('PAGE-3: lists read as people say them', () => {
  expect(formatList(['1', '2', '5'])).toBe('1, 2 and 5');
});
