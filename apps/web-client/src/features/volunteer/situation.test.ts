import { expect, test } from 'vitest';
import { smallRun } from '@tessera/core/testing';
import { text } from '../../ui/messages.ts';
import type { DeviceStatus } from '../../worker/messages.ts';
import { situationOf } from './situation.ts';
import { initialVolunteerState, type VolunteerState } from './volunteer-state.ts';

const NOW = 1_000_000;

const device = (current: DeviceStatus['current']): DeviceStatus => ({
  current,
  engine: { backend: 'wasm', adapter: '', reason: '' },
  losses: [],
  bytesSent: 0,
  bytesReceived: 0,
  stepsDone: 0,
  stepsMissed: 0,
  events: [],
});

type Standing = Extract<DeviceStatus['current'], { state: 'standing' }>['standing'];

const standing = (value: Standing, more: Partial<VolunteerState> = {}) =>
  situationOf(
    {
      ...initialVolunteerState,
      ...more,
      started: true,
      device: device({ state: 'standing', standing: value }),
    },
    NOW,
  );

const ready: Partial<VolunteerState> = {
  run: { state: 'ready', info: { joinCodeWanted: false, phase: 'training', settings: smallRun() } },
};

const training = { round: 2, step: 36, stepsPerRound: 50 };

const situations: readonly (readonly [string, ReturnType<typeof situationOf>, RegExp])[] = [
  ['nothing known yet', situationOf(initialVolunteerState, NOW), /Looking for the coordinator/],
  [
    'not connected',
    situationOf({ ...initialVolunteerState, run: { state: 'unreachable' } }, NOW),
    /does not answer/,
  ],
  ['no images yet', situationOf({ ...initialVolunteerState, ...ready }, NOW), /Connect images/],
  [
    'checking speed',
    situationOf(
      { ...initialVolunteerState, started: true, device: device({ state: 'checking-speed', progress: 0.4 }) },
      NOW,
    ),
    /how fast/,
  ],
  ['not started', standing({ standing: 'not-started' }), /host has not started/],
  [
    'waiting for devices',
    standing({ standing: 'waiting-for-devices', here: 2, needed: 3 }),
    /2 of at least 3/,
  ],
  [
    'waiting for the next round',
    standing({ standing: 'waiting-for-round', ...training }),
    /next round\. Round 3 is at step 36 of 50/,
  ],
  ['training', standing({ standing: 'training', ...training }), /round 3, step 37 of 50/],
  ['federating', standing({ standing: 'federating', round: 2 }), /Round 3 is done/],
  [
    'paused by the volunteer',
    standing({ standing: 'paused', by: 'device' }, { pausedFor: 'volunteer' }),
    /Paused by you/,
  ],
  ['paused by the host', standing({ standing: 'paused', by: 'host' }), /Paused by the host/],
  ['paused on battery', standing({ standing: 'paused', by: 'device' }, { pausedFor: 'battery' }), /battery/],
  [
    'paused while hidden',
    standing({ standing: 'paused', by: 'device' }, { pausedFor: 'hidden' }),
    /background/,
  ],
  [
    'paused to save data',
    standing({ standing: 'paused', by: 'device' }, { pausedFor: 'data-saver' }),
    /save data/,
  ],
  ['watching', standing({ standing: 'watching', reason: 'three misses' }), /too slow for the current pace/],
  [
    'reconnecting',
    situationOf(
      {
        ...initialVolunteerState,
        started: true,
        device: device({ state: 'reconnecting', attempt: 1, nextTryAtMs: NOW + 4_200 }),
      },
      NOW,
    ),
    /Next try in 5 seconds/,
  ],
  ['finished', standing({ standing: 'finished', rounds: 50 }), /Finished after 50 rounds/],
  [
    'refused',
    situationOf(
      {
        ...initialVolunteerState,
        started: true,
        device: device({ state: 'refused', code: 'x', message: 'Wrong join code: ask the host.' }),
      },
      NOW,
    ),
    /Wrong join code: ask the host/,
  ],
  ['left', situationOf({ ...initialVolunteerState, started: true, left: true }, NOW), /left the run/],
  [
    'a broken Worker',
    situationOf(
      { ...initialVolunteerState, failure: { code: 'x', message: 'It broke: load the page again.' } },
      NOW,
    ),
    /It broke/,
  ],
];

test.each(situations)('PAGE-10: the situation "%s" has its own sentence', (_, situation, sentence) => {
  expect(situation.sentence).toMatch(sentence);
});

test('PAGE-10: no two situations share a sentence', () => {
  const sentences = situations.map(([, { sentence }]) => sentence);
  expect(new Set(sentences).size).toBe(sentences.length);
});

test('PAGE-11: what is announced does not change with each step or second', () => {
  const at = (step: number) =>
    standing({ standing: 'training', round: 2, step, stepsPerRound: 50 }).announcement;
  expect(at(3)).toBe(at(40));
  const lost = (ms: number) =>
    situationOf(
      {
        ...initialVolunteerState,
        device: device({ state: 'reconnecting', attempt: 1, nextTryAtMs: NOW + ms }),
      },
      NOW,
    );
  expect(lost(1_000).announcement).toBe(lost(9_000).announcement);
  expect(lost(1_000).sentence).not.toBe(lost(9_000).sentence);
});

test('TIERDATA-38: in a run of points the page speaks of points', () => {
  const settings = smallRun({ strategy: 'fed-gan', data: 'points', condition: 'none' });
  const run: VolunteerState['run'] = {
    state: 'ready',
    info: { joinCodeWanted: false, phase: 'training', settings },
  };
  expect(situationOf({ ...initialVolunteerState, run }, NOW).sentence).toBe('Connect points to take part.');
  expect(standing({ standing: 'paused', by: 'device' }, { run }).sentence).toBe(
    'Paused by you. Your points stay connected.',
  );
  const words = (data: 'images' | 'points') =>
    JSON.stringify(text.data[data], (_, value: unknown) =>
      typeof value === 'function' ? String((value as (given: number) => unknown)(3)) : value,
    );
  expect(words('points')).not.toMatch(/image|picture/i);
  expect(words('images')).not.toMatch(/point/i);
});
