import { describe, expect, test } from 'vitest';
import { cganSpec, type Cut, SHALLOWEST_CUT, wholeCut } from '../architecture/index.ts';
import { Random } from '../random.ts';
import {
  assignedCuts,
  type CoordinatorProfile,
  chooseCuts,
  cutSpace,
  type DeviceProfile,
  exactCuts,
  exchangeBytes,
  ganCosts,
  measuredModel,
  type PlannedDevice,
  predictStep,
} from './index.ts';

const run = { spec: cganSpec({ width: 1 / 16 }), batch: 16, encoding: 'float16' } as const;
const coordinator: CoordinatorProfile = {
  compute: { kind: 'speed', gigaflopsPerSecond: 20 },
  exchangeSeconds: 0.001,
};

function device(gigaflopsPerSecond: number, bytesPerSecond = 1e6): DeviceProfile {
  return {
    compute: { kind: 'speed', gigaflopsPerSecond },
    exchangeSeconds: 0.002,
    uplinkBytesPerSecond: bytesPerSecond,
    downlinkBytesPerSecond: 2 * bytesPerSecond,
    roundTripSeconds: 0.01,
  };
}

/** Two kinds: one that should compute much itself, one that should compute little. */
const devices: readonly PlannedDevice[] = [
  { id: 'a', profile: device(8, 2e5) },
  { id: 'b', profile: device(0.3, 5e6) },
  { id: 'c', profile: device(8, 2e5) },
];

describe('cuts without a genetic search', () => {
  test('STRAT-17: exact cuts are the best of all combinations of kinds of devices', () => {
    const { cuts: all } = cutSpace(run.spec);
    const model = measuredModel(coordinator, run);
    let best = Infinity;
    for (const fast of all)
      for (const slow of all) {
        const cutOf = (id: string) => (id === 'b' ? slow : fast);
        best = Math.min(
          best,
          predictStep(
            model,
            devices.map((one) => ({ ...one, cut: cutOf(one.id) })),
          ).seconds,
        );
      }
    const exact = exactCuts(devices, coordinator, run);
    expect(exact.predictedStepSeconds).toBeCloseTo(best, 12);
    expect(exact.cuts.get('a')).toEqual(exact.cuts.get('c'));
    expect(exact.cuts.get('a')).not.toEqual(exact.cuts.get('b'));
    const found = chooseCuts(devices, coordinator, run, { random: new Random(1) });
    expect(found.predictedStepSeconds).toBeGreaterThanOrEqual(best - 1e-12);
  });

  test('STRAT-17: with too many kinds of devices to try all, exact cuts are refused with the limit', () => {
    const many = [1, 2, 4, 8, 16].map((speed, i) => ({ id: String(i), profile: device(speed / 5) }));
    expect(() => exactCuts(many, coordinator, run)).toThrow('too many to enumerate; the limit is');
  });

  test('STRAT-18: given cuts are taken as they are, asked for in the order of ids, and predicted', () => {
    const asked: string[] = [];
    const deepest: Cut = { gHead: 2, gTail: 2, dHead: 2, dTail: 2 };
    const cutOf = (id: string) => {
      asked.push(id);
      return id === 'b' ? deepest : SHALLOWEST_CUT;
    };
    const chosen = assignedCuts(devices.toReversed(), coordinator, run, cutOf);
    expect(asked).toEqual(['a', 'b', 'c']);
    expect(chosen.cuts.get('b')).toEqual(deepest);
    const expected = predictStep(
      measuredModel(coordinator, run),
      devices.map((one) => ({ ...one, cut: one.id === 'b' ? deepest : SHALLOWEST_CUT })),
    );
    expect(chosen.predictedStepSeconds).toBeCloseTo(expected.seconds, 12);
    expect(chosen.deviceSeconds).toEqual(expected.deviceSeconds);
    expect(() => assignedCuts([], coordinator, run, cutOf)).toThrow('no device');
  });
});

describe('the cost of steps that are not split', () => {
  const costs = ganCosts(run.spec, run.batch);
  const total = (network: 'generator' | 'discriminator', pass: 'forwardGigaflops' | 'backwardGigaflops') =>
    costs[network].reduce((sum, block) => sum + block[pass], 0);
  const [gF, gB] = [total('generator', 'forwardGigaflops'), total('generator', 'backwardGigaflops')];
  const [dF, dB] = [total('discriminator', 'forwardGigaflops'), total('discriminator', 'backwardGigaflops')];
  const model = measuredModel(coordinator, run);
  const profile = device(0.5);

  test('STRAT-19: a local step is one generator pass and three of the discriminator, and moves no tensor', () => {
    const cut = wholeCut(run.spec, 'local');
    const seconds = (gF + gB + 3 * dF + 2.5 * dB) / 0.5;
    expect(model.deviceCompute(profile)(cut)).toHaveLength(1);
    expect(model.deviceCompute(profile)(cut)[0]).toBeCloseTo(seconds + 0.002, 9);
    expect(exchangeBytes(run, cut)).toEqual([{ up: 0, down: 0 }]);
    expect(model.bodySeconds(cut)).toEqual([0]);
    const { seconds: step } = predictStep(model, [{ id: 'a', profile, cut }]);
    expect(step).toBeCloseTo(seconds + 0.002 + 0.01 + 0.001, 9);
    // STEP-20: its generator runs with as many rows under other labels, which its discriminator never sees.
    const beside = measuredModel(coordinator, { ...run, besideLabels: true });
    expect(beside.deviceCompute(profile)(cut)[0]).toBeCloseTo(seconds + (gF + gB) / 0.5 + 0.002, 9);
  });

  test('STRAT-19: a judged step sends two batches of images down, one gradient and one number up', () => {
    const cut = wholeCut(run.spec, 'judged');
    const image = 2 * run.batch * 28 * 28 + 4; // 16 bits a number, and a scale
    const up = image + 2 + 4; // the score besides
    expect(exchangeBytes(run, cut)).toEqual([
      { up: 0, down: 2 * image },
      { up, down: 0 },
    ]);
    const judging = (3 * dF + 2.5 * dB) / 0.5;
    expect(model.deviceCompute(profile)(cut)[0]).toBeCloseTo(0.002, 12);
    expect(model.deviceCompute(profile)(cut)[1]).toBeCloseTo(judging + 0.002, 9);
    expect(model.bodySeconds(cut)[0]).toBeCloseTo((2 * gF) / 20, 12);
    expect(model.bodySeconds(cut)[1]).toBeCloseTo(gB / 20, 12);
    // TIER-29: an edge that draws under other labels too computes two rows for each of a device's.
    const beside = measuredModel(coordinator, { ...run, besideLabels: true });
    expect(beside.bodySeconds(cut)).toEqual(model.bodySeconds(cut).map((seconds) => 2 * seconds));
    expect(beside.deviceCompute(profile)(cut)).toEqual(model.deviceCompute(profile)(cut));
    const { seconds: step } = predictStep(model, [{ id: 'a', profile, cut }]);
    const [first, second] = [
      0.002 + 0.01 + (2 * image) / 2e6 + (2 * gF) / 20 + 0.001,
      judging + 0.002 + 0.01 + up / 1e6 + gB / 20 + 0.001,
    ];
    expect(step).toBeCloseTo(first + second, 9);
  });
});
