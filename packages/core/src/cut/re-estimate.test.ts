import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cganSpec, wholeCut } from '../architecture/index.ts';
import {
  cutSpace,
  type DeviceProfile,
  deviceStepSeconds,
  LARGEST_CHANGE,
  LEAST_MEASURED_STEPS,
  reEstimated,
} from './index.ts';

const spec = cganSpec({ width: 1 / 16 });
const run = { spec, batch: 16 };
const block = (forward: number) => ({ forward, backward: 2 * forward });
const link = { uplinkBytesPerSecond: 1e6, downlinkBytesPerSecond: 2e6, roundTripSeconds: 0.5 };
const measured: DeviceProfile = {
  compute: {
    kind: 'measured',
    batch: 8,
    generator: { head: [block(0.01), block(0.03)], tail: [block(0.02), block(0.05)] },
    discriminator: { head: [block(0.04), block(0.02)], tail: [block(0.01), block(0.07)] },
  },
  exchangeSeconds: 0.001,
  ...link,
};
const speed: DeviceProfile = {
  compute: { kind: 'speed', gigaflopsPerSecond: 0.5 },
  exchangeSeconds: 0.002,
  ...link,
};

const profiles = fc.constantFrom(measured, speed);
const cuts = fc.constantFrom(...cutSpace(spec).cuts, wholeCut(spec, 'local'), wholeCut(spec, 'judged'));

describe('profiles re-estimated from steps', () => {
  test('RECUT-1: the model then gives the median of the measured steps, whatever the cut, and the link stays', () => {
    fc.assert(
      fc.property(profiles, cuts, fc.double({ min: 1.2, max: 9, noNaN: true }), (profile, cut, ratio) => {
        const before = deviceStepSeconds(profile, run, cut);
        for (const factor of [ratio, 1 / ratio]) {
          const seconds = [factor * before, 0, 1000 * before, factor * before, factor * before];
          const found = reEstimated(profile, { cut, seconds }, run);
          expect(deviceStepSeconds(found, run, cut) / before).toBeCloseTo(factor, 9);
          expect(found).toMatchObject(link);
        }
      }),
    );
  });

  test('RECUT-1: one factor serves every block, and divides a speed', () => {
    const cut = { gHead: 1, gTail: 2, dHead: 1, dTail: 1 };
    const slower = (profile: DeviceProfile) =>
      reEstimated(
        profile,
        { cut, seconds: [1, 1, 1].map(() => 2 * deviceStepSeconds(profile, run, cut)) },
        run,
      );
    const found = slower(measured).compute;
    if (found.kind !== 'measured') throw new Error('the kind of the profile changed');
    expect(found.batch).toBe(8);
    expect(found.discriminator.tail[1]?.forward).toBeCloseTo(0.14, 12);
    expect(found.generator.head[0]?.backward).toBeCloseTo(0.04, 12);
    expect(slower(measured).exchangeSeconds).toBeCloseTo(0.002, 12);
    const divided = slower(speed).compute;
    expect(divided.kind === 'speed' && divided.gigaflopsPerSecond).toBeCloseTo(0.25, 12);
  });

  test('RECUT-2: less than a tenth is noise, too few steps say nothing, and a clock that stands neither', () => {
    const [cut] = cutSpace(spec).cuts;
    if (!cut) throw new Error('there is no cut');
    const whole = deviceStepSeconds(measured, run, cut);
    const after = (...seconds: number[]) => reEstimated(measured, { cut, seconds }, run);
    expect(LEAST_MEASURED_STEPS).toBe(3);
    expect(after(1.09 * whole, 1.09 * whole, 1.09 * whole)).toBe(measured);
    expect(after(0.92 * whole, 0.92 * whole, 0.92 * whole)).toBe(measured);
    expect(after(1.11 * whole, 1.11 * whole, 1.11 * whole)).not.toBe(measured);
    expect(after()).toBe(measured);
    expect(after(5 * whole, 5 * whole)).toBe(measured);
    expect(after(0, 0, 0, 0)).toBe(measured);
    expect(after(whole, whole, 50 * whole), 'one disturbed step of three').toBe(measured);
  });

  test('RECUT-2: one estimate moves a profile by a factor of ten at most, both ways', () => {
    const cut = { gHead: 2, gTail: 1, dHead: 2, dTail: 2 };
    const whole = deviceStepSeconds(speed, run, cut);
    for (const [ratio, factor] of [
      [1e6, LARGEST_CHANGE],
      [1e-6, 1 / LARGEST_CHANGE],
    ] as const) {
      const seconds = [ratio * whole, ratio * whole, ratio * whole];
      const found = reEstimated(speed, { cut, seconds }, run);
      expect(deviceStepSeconds(found, run, cut) / whole).toBeCloseTo(factor, 9);
    }
  });
});
