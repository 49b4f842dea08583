import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cganSpec, SHALLOWEST_CUT } from '../architecture/index.ts';
import { calibrated, deviceStepSeconds, type DeviceProfile } from './index.ts';

const spec = cganSpec({ width: 1 / 16 });
const run = { spec, batch: 16 };
const block = { forward: 0.01, backward: 0.02 };
const ends = { head: [block, block], tail: [block, block] };
const profile: DeviceProfile = {
  compute: { kind: 'measured', batch: 8, generator: ends, discriminator: ends },
  exchangeSeconds: 0.001,
  uplinkBytesPerSecond: 1e6,
  downlinkBytesPerSecond: 2e6,
  roundTripSeconds: 0.5,
};

test('COST-14: after the correction the model gives the step that was timed, link and proportions unchanged', () => {
  const whole = deviceStepSeconds(profile, run, SHALLOWEST_CUT);
  fc.assert(
    fc.property(fc.double({ min: 0.3, max: 3.5, noNaN: true }), (factor) => {
      const corrected = calibrated(profile, { ...run, seconds: factor * whole });
      expect(deviceStepSeconds(corrected, run, SHALLOWEST_CUT)).toBeCloseTo(factor * whole, 9);
      expect(corrected).toMatchObject({ uplinkBytesPerSecond: 1e6, roundTripSeconds: 0.5 });
      if (corrected.compute.kind !== 'measured') throw new Error('the kind of the profile changed');
      const [first] = corrected.compute.generator.tail;
      expect((first?.backward ?? NaN) / (first?.forward ?? NaN)).toBeCloseTo(2, 9);
    }),
  );
});

test('COST-14: a step that was disturbed moves a profile by a factor of four at most', () => {
  const whole = deviceStepSeconds(profile, run, SHALLOWEST_CUT);
  const corrected = calibrated(profile, { ...run, seconds: 100 * whole });
  expect(deviceStepSeconds(corrected, run, SHALLOWEST_CUT)).toBeCloseTo(4 * whole, 9);
});

test('COST-14: a clock that stands, and a profile without times of blocks, correct nothing', () => {
  const speed: DeviceProfile = { ...profile, compute: { kind: 'speed', gigaflopsPerSecond: 1 } };
  expect(calibrated(speed, { ...run, seconds: 1 })).toBe(speed);
  for (const seconds of [0, NaN, Infinity]) expect(calibrated(profile, { ...run, seconds })).toBe(profile);
});
