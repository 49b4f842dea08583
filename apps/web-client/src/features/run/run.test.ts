import type { DeviceView } from '@tessera/core/session';
import { expect, test } from 'vitest';
import { deviceCounts } from './counts.ts';
import { phaseSentence } from './phase.ts';
import { SIGHTINGS_KEPT, type Sightings, withSightings } from './sightings.ts';

const device = (more: Partial<DeviceView> = {}): DeviceView => ({
  id: 'a',
  name: 'Ada',
  kind: 'browser',
  connected: true,
  standing: 'training',
  lastSeenSecondsAgo: 0,
  missesInARow: 0,
  bytesReceived: 0,
  bytesSent: 0,
  ...more,
});

test('PAGE-70: only connected devices count as training, waiting or watching', () => {
  const devices = [
    device(),
    device({ standing: 'federating' }),
    device({ standing: 'waiting-for-round' }),
    device({ standing: 'watching' }),
    device({ connected: false }),
  ];
  expect(deviceCounts(devices)).toEqual({ training: 2, waiting: 1, watching: 1 });
});

test('PAGE-71: rounds and steps are counted from one, and a finished run does not point beyond its end', () => {
  const settings = { rounds: 50, stepsPerRound: 50 } as never;
  const at = { settings, here: 1, needed: 3, committedRound: 3 };
  expect(phaseSentence({ ...at, phase: 'training', round: 2, step: 36 })).toBe(
    'Round 3 of 50, step 37 of 50',
  );
  expect(phaseSentence({ ...at, phase: 'finished', committedRound: 49, round: 50, step: 0 })).toBe(
    'Round 50 of 50',
  );
  expect(phaseSentence({ ...at, phase: 'finished', round: 4, step: 0 })).toBe('Round 4 of 50');
  expect(phaseSentence({ ...at, phase: 'waiting-for-devices', round: 0, step: 0 })).toBe(
    '1 of at least 3 devices are here',
  );
});

test('PAGE-72: the timeline notes changes of a device, and only changes', () => {
  let seen: Sightings = new Map();
  seen = withSightings(seen, [device()], 1);
  const same = withSightings(seen, [device({ bytesSent: 5 })], 2);
  expect(same).toBe(seen);
  seen = withSightings(seen, [device({ cluster: 1 })], 3);
  seen = withSightings(seen, [device({ cluster: 1, connected: false })], 4);
  expect(seen.get('a')?.map(({ what }) => what)).toEqual(['training', 'training, group B', 'gone, group B']);
});

test('PAGE-72: the timeline of a restless device stays bounded', () => {
  let seen: Sightings = new Map();
  for (let i = 0; i < 3 * SIGHTINGS_KEPT; i++)
    seen = withSightings(seen, [device({ connected: i % 2 === 0 })], i);
  expect(seen.get('a')).toHaveLength(SIGHTINGS_KEPT);
});
