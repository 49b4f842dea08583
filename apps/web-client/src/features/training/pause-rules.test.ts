import { expect, test } from 'vitest';
import { nextPauseStep, pauseWanted } from './pause-rules.ts';
import { parseWishes } from './wishes-store.ts';

const around = { hidden: false, freezesWhenHidden: false, charging: true, saveData: false };
const wishes = { onlyPluggedIn: false, ignoreSaveData: false };

test('PAGE-30: on battery a device pauses only if its owner asked for it, and only where the browser tells', () => {
  const onBattery = { ...around, charging: false };
  expect(pauseWanted(onBattery, wishes)).toBeUndefined();
  expect(pauseWanted(onBattery, { ...wishes, onlyPluggedIn: true })).toBe('battery');
  expect(pauseWanted({ ...around, charging: undefined }, { ...wishes, onlyPluggedIn: true })).toBeUndefined();
});

test('PAGE-31: a browser that saves data pauses until the volunteer goes on anyway', () => {
  const saving = { ...around, saveData: true };
  expect(pauseWanted(saving, wishes)).toBe('data-saver');
  expect(pauseWanted(saving, { ...wishes, ignoreSaveData: true })).toBeUndefined();
});

test('PAGE-32: a hidden page pauses on phones, which freeze it, and trains on elsewhere', () => {
  expect(pauseWanted({ ...around, hidden: true }, wishes)).toBeUndefined();
  expect(pauseWanted({ ...around, hidden: true, freezesWhenHidden: true }, wishes)).toBe('hidden');
});

test('PAGE-33: a pause of the volunteer is neither lifted nor renamed by a rule; a rule lifts its own', () => {
  expect(nextPauseStep('volunteer', undefined)).toBeUndefined();
  expect(nextPauseStep('volunteer', 'battery')).toBeUndefined();
  expect(nextPauseStep('hidden', undefined)).toEqual({ do: 'resume' });
  expect(nextPauseStep(undefined, 'battery')).toEqual({ do: 'pause', reason: 'battery' });
  expect(nextPauseStep('hidden', 'battery')).toEqual({ do: 'pause', reason: 'battery' });
  expect(nextPauseStep(undefined, undefined)).toBeUndefined();
});

test.each([undefined, '', 'null', '[]', '{"power":"turbo","screenOn":"yes"}', '{broken'])(
  'PAGE-34: kept wishes that make no sense (%s) fall back to the defaults',
  (kept) => {
    expect(parseWishes(kept)).toEqual({
      power: 'normal',
      onlyPluggedIn: false,
      screenOn: false,
      ignoreSaveData: false,
    });
  },
);

test('PAGE-34: kept wishes hold over a reload, except the one about saving data', () => {
  const kept = JSON.stringify({ power: 'gentle', onlyPluggedIn: true, screenOn: true, ignoreSaveData: true });
  expect(parseWishes(kept)).toEqual({
    power: 'gentle',
    onlyPluggedIn: true,
    screenOn: true,
    ignoreSaveData: false,
  });
});
