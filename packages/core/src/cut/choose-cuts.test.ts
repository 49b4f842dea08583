import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cganSpec, isLegalCut, SHALLOWEST_CUT } from '../architecture/index.ts';
import { Random } from '../random.ts';
import {
  chooseCuts,
  cutSpace,
  enumerateOptimum,
  geneticSearch,
  MAX_CLASSES,
  measuredModel,
  PAPER_COORDINATOR,
  PAPER_PROFILES,
  paperDevice,
  predictStep,
  profileClasses,
  stepObjective,
  type DeviceProfile,
  type PlannedDevice,
  type RunShape,
} from './index.ts';

const run: RunShape = { spec: cganSpec({ width: 1 / 4 }), batch: 16, encoding: 'float16' };

/** Devices of the paper's kinds, each somewhat faster or slower than its kind. */
function fleet(count: number, seed: number, kinds: number = PAPER_PROFILES.length): PlannedDevice[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, index) => {
    const kind = PAPER_PROFILES[index % kinds] ?? { megahertz: 1000, flopsPerCycle: 1, rate: 1e8 };
    const like = paperDevice(
      { ...kind, megahertz: kind.megahertz * Math.exp(0.3 * random.normal()) },
      'bits',
    );
    const profile: DeviceProfile = { ...like, roundTripSeconds: random.uniform(0.001, 0.05) };
    return { id: `device${String(index).padStart(4, '0')}`, profile };
  });
}

describe('profile classes', () => {
  const times = fc.array(
    fc.array(fc.double({ min: 1e-3, max: 1e3, noNaN: true }), { minLength: 4, maxLength: 4 }),
    { minLength: 1, maxLength: 40 },
  );

  test('CUT-3: devices fall into at most eight classes, numbered without gaps', () => {
    fc.assert(
      fc.property(times, (rows) => {
        const classes = profileClasses(rows);
        expect(classes).toHaveLength(rows.length);
        const numbers = new Set(classes);
        expect(numbers.size).toBeLessThanOrEqual(MAX_CLASSES);
        expect(Math.max(...classes)).toBe(numbers.size - 1);
        profileClasses([...rows, ...rows]).forEach((label, index, all) =>
          expect(label).toBe(all[index % rows.length]),
        );
      }),
    );
  });

  test('CUT-3: alike devices share a class, and the slowest outlier has its own', () => {
    const rows = [...Array<number>(20).keys()].map((i) => [1 + i / 1e4, 2]);
    expect(new Set(profileClasses(rows)).size).toBe(1);
    const classes = profileClasses([...rows, [50, 100]], 2);
    expect(new Set(classes.slice(0, 20))).toEqual(new Set([1]));
    expect(classes[20]).toBe(0);
  });
});

describe('choosing cuts', () => {
  test('CUT-4: every device gets a legal cut, and the prediction is that of exactly these cuts', () => {
    const devices = fleet(40, 1);
    const shared = { ...run, linkBytesPerSecond: 40e6 };
    const { cuts, predictedStepSeconds, stages, deviceSeconds } = chooseCuts(
      devices,
      PAPER_COORDINATOR,
      shared,
      {
        random: new Random(1),
      },
    );
    expect([...cuts.keys()]).toEqual(devices.map(({ id }) => id));
    for (const cut of cuts.values()) expect(isLegalCut(run.spec, cut)).toBe(true);
    const expected = predictStep(
      measuredModel(PAPER_COORDINATOR, shared),
      devices.flatMap((device) => {
        const cut = cuts.get(device.id);
        return cut ? [{ ...device, cut }] : [];
      }),
    );
    expect(predictedStepSeconds).toBeCloseTo(expected.seconds, 12);
    expect(stages).toEqual(expected.exchanges);
    expect(deviceSeconds).toEqual(expected.deviceSeconds);
  });

  test('CUT-5: what the search minimises is the predicted step', () => {
    const space = cutSpace(run.spec);
    const model = measuredModel(PAPER_COORDINATOR, { ...run, linkBytesPerSecond: 20e6 });
    const devices = fleet(30, 2);
    const { classOf, classes, stepSeconds } = stepObjective(model, devices, space);
    const gene = fc.array(fc.nat(15), { minLength: classes, maxLength: classes });
    fc.assert(
      fc.property(gene, (choice) => {
        const genome = Uint8Array.from(
          choice.flatMap((index) => [8, 4, 2, 1].map((bit) => (index & bit ? 1 : 0))),
        );
        const assigned = devices.flatMap((device, index) => {
          const cut = space.cuts[choice[classOf[index] ?? 0] ?? 0];
          return cut ? [{ ...device, cut }] : [];
        });
        expect(stepSeconds(genome)).toBeCloseTo(predictStep(model, assigned).seconds, 9);
      }),
      { numRuns: 25 },
    );
  });

  test('CUT-9: with the bound 1 every device has the shallowest cut', () => {
    const chosen = chooseCuts(
      fleet(12, 3),
      PAPER_COORDINATOR,
      { ...run, deepestCut: 1 },
      { random: new Random(1) },
    );
    for (const cut of chosen.cuts.values()) expect(cut).toEqual(SHALLOWEST_CUT);
    expect(chosen.predictedStepSeconds).toBeCloseTo(chosen.uniform.stepSeconds, 12);
  });

  test.each([1, 2, 3, 4])('GENE-7: the search ends at the enumerated optimum of %i classes', (kinds) => {
    const space = cutSpace(run.spec);
    for (const seed of [1, 2]) {
      const linkBytesPerSecond = seed === 1 ? Infinity : seed * 10e6;
      const model = measuredModel(PAPER_COORDINATOR, { ...run, linkBytesPerSecond });
      const { classes, stepSeconds } = stepObjective(model, fleet(kinds, seed, kinds), space);
      expect(classes).toBe(kinds);
      const arities = Array<number>(4 * classes).fill(2);
      const { best } = geneticSearch({ arities, cost: stepSeconds, random: new Random(seed) });
      expect(best.cost).toBeCloseTo(enumerateOptimum(arities, stepSeconds).cost, 12);
    }
  });

  test('CUT-6: the chosen step is never worse than the best uniform cut, however short the search', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 0, max: 3 }), (seed, generations) => {
        const { predictedStepSeconds, uniform } = chooseCuts(fleet(12, seed), PAPER_COORDINATOR, run, {
          random: new Random(seed),
          generations,
        });
        expect(predictedStepSeconds).toBeLessThanOrEqual(uniform.stepSeconds + 1e-12);
      }),
      { numRuns: 5 },
    );
  });

  test('CUT-6: unequal devices gain by unequal cuts', () => {
    const { predictedStepSeconds, uniform, cuts } = chooseCuts(fleet(14, 3), PAPER_COORDINATOR, run, {
      random: new Random(1),
    });
    expect(new Set([...cuts.values()].map((cut) => JSON.stringify(cut))).size).toBeGreaterThan(1);
    expect(predictedStepSeconds).toBeLessThan(0.95 * uniform.stepSeconds);
  });

  test('CUT-7: the order in which devices come changes nothing', () => {
    const devices = fleet(20, 4);
    const options = () => ({ random: new Random(7), generations: 10 });
    const expected = chooseCuts(devices, PAPER_COORDINATOR, run, options());
    expect(chooseCuts([...devices].reverse(), PAPER_COORDINATOR, run, options())).toEqual(expected);
  });

  test('CUT-8: networks of more blocks have more cuts, and all of them are legal', () => {
    const spec = cganSpec({ width: 1 / 16, blocks: 7 });
    const { cuts } = chooseCuts(
      fleet(10, 5),
      PAPER_COORDINATOR,
      { ...run, spec },
      {
        random: new Random(1),
        generations: 20,
      },
    );
    for (const cut of cuts.values()) expect(isLegalCut(spec, cut)).toBe(true);
  });

  test('CUT-8: no device is an error', () => {
    expect(() => chooseCuts([], PAPER_COORDINATOR, run, { random: new Random(1) })).toThrow('no device');
  });

  test('GENE-8: the published search runs all its generations', () => {
    const devices = fleet(2, 6, 2);
    const search = (published: boolean) =>
      chooseCuts(devices, PAPER_COORDINATOR, run, { random: new Random(1), generations: 70, published });
    expect(search(true).generations).toBe(70);
    expect(search(false).generations).toBeLessThan(70);
    expect(search(true).predictedStepSeconds).toBeCloseTo(search(false).predictedStepSeconds, 12);
  });
});
