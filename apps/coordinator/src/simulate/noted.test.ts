import { expect, test } from 'vitest';
import { Noted } from './noted.ts';

test('RECUT-11: cuts that moved are told with the predicted step before and after, before what went wrong', () => {
  const noted = new Noted();
  noted.log('warn', 'abandoned', { round: 1, reason: 'too few devices sent their layers' });
  noted.log('info', 're-cut', {
    round: 3,
    devices: 'device-00003 1111 > 0000',
    gain: 0.368,
    keptStepSeconds: 5.8351,
    predictedStepSeconds: 3.6861,
  });
  noted.log('info', 'round', { round: 3, devices: 6, predictedStepSeconds: 3.7 });
  expect(noted.sentences()).toEqual([
    'Cuts moved before round 4 (device-00003 1111 > 0000): a step was predicted to take 3.69 s instead of 5.84 s, 37 % less',
    'abandoned: too few devices sent their layers',
  ]);
});
