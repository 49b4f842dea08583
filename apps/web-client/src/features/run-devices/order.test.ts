import type { DeviceView } from '@tessera/core/session';
import { expect, test } from 'vitest';
import { nextSorting, sortDevices } from './sort.ts';
import { troubleOf } from './trouble.ts';

const device = (name: string, more: Partial<DeviceView> = {}): DeviceView => ({
  id: name,
  name,
  kind: 'browser',
  connected: true,
  standing: 'training',
  lastSeenSecondsAgo: 0,
  missesInARow: 0,
  bytesReceived: 0,
  bytesSent: 0,
  stepSeconds: 0.2,
  predictedStepSeconds: 0.2,
  ...more,
});

const names = (devices: readonly DeviceView[]) => devices.map(({ name }) => name);

test('PAGE-73: trouble is named: gone, watching, missing, silent, slow', () => {
  expect(troubleOf(device('a'))).toBeUndefined();
  expect(troubleOf(device('a', { connected: false }))).toBe('gone');
  expect(troubleOf(device('a', { standing: 'watching' }))).toBe('watching');
  expect(troubleOf(device('a', { missesInARow: 1 }))).toBe('missing');
  expect(troubleOf(device('a', { lastSeenSecondsAgo: 31 }))).toBe('silent');
  expect(troubleOf(device('a', { stepSeconds: 0.31 }))).toBe('slow');
  expect(troubleOf(device('a', { stepSeconds: 9, predictedStepSeconds: 0 }))).toBeUndefined();
  expect(troubleOf(device('a', { connected: false, standing: 'finished' }))).toBeUndefined();
});

test('PAGE-73: devices with trouble come first, equals by name', () => {
  const devices = [
    device('d'),
    device('c'),
    device('slow', { stepSeconds: 3 }),
    device('gone', { connected: false }),
  ];
  expect(names(sortDevices(devices, { key: 'trouble', descending: false }))).toEqual([
    'gone',
    'slow',
    'c',
    'd',
  ]);
});

test('PAGE-74: a column sorts up, then down, then gives way to trouble again; unknown values stay last', () => {
  const up = nextSorting({ key: 'trouble', descending: false }, 'weight');
  const down = nextSorting(up, 'weight');
  expect(nextSorting(down, 'weight')).toEqual({ key: 'trouble', descending: false });
  const devices = [device('none'), device('big', { weight: 0.9 }), device('small', { weight: 0.1 })];
  expect(names(sortDevices(devices, up))).toEqual(['small', 'big', 'none']);
  expect(names(sortDevices(devices, down))).toEqual(['big', 'small', 'none']);
});
