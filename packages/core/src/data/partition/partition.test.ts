import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '../../random.ts';
import { MIN_IMAGES } from '../limits.ts';
import { authorsCaps, authorsExclusions, type Scenario } from './authors.ts';
import { dirichlet } from './dirichlet-split.ts';
import {
  partition,
  type PartitionDomain,
  PartitionError,
  type PartitionOptions,
  type PartitionRule,
} from './index.ts';

/** `count` labels in a fixed scattered order, each class about as often as any other. */
function domainOf(devices: number, { count = 6_000, classes = 10, name = 'a' } = {}): PartitionDomain {
  const labels = Uint8Array.from({ length: count }, (_, i) => (i * 7 + Math.floor(i / classes)) % classes);
  return { name, labels, classes, devices };
}

function exclusionsOf(scenario: Scenario, devices: readonly number[], seed = 0): number[][] {
  return devices.flatMap((count, index) =>
    authorsExclusions(scenario, { index, devices: count, classes: 10 }, seed),
  );
}

function tally(values: readonly number[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

/** Facts of the authors' partitions at 100 devices: their first exclusions and caps, and how often each occurs. */
const REALISED = [
  {
    scenario: 2,
    devices: [100],
    first: [[0, 4], [], [], [], [8, 1, 6], [], [], [], [8, 3], [8, 6], [], [0, 2]],
    caps: [600, 400, 400, 400, 600, 600, 600, 400, 600, 400, 400, 600],
    excluded: { 0: 36, 2: 41, 3: 8, 4: 15 },
    sizes: { 600: 64, 400: 36 },
  },
  {
    scenario: 4,
    devices: [50, 50],
    first: [[0, 4], [], [], [], [8, 1, 6], [], [], [], [8, 3], [8, 6], [], [0, 2]],
    second: [[], [], [], [7, 0, 8, 9], [], []],
    caps: [600, 400, 400, 400, 600, 600, 600, 400, 600, 400, 400, 600],
    excluded: { 0: 34, 2: 42, 3: 12, 4: 12 },
    sizes: { 600: 64, 400: 36 },
  },
  {
    scenario: 5,
    devices: [50, 50],
    first: [
      [0, 4, 3],
      [1, 8],
      [6, 0],
      [3, 9],
      [0, 8, 3],
      [8, 6, 3],
      [4, 0, 2],
      [5, 4, 2],
      [5, 1],
      [1, 5],
      [9, 4, 0],
      [8, 1, 6],
    ],
    second: [
      [3, 2],
      [3, 7],
      [0, 1],
      [5, 0],
      [7, 5, 0],
      [2, 8, 0],
    ],
    caps: [600, 100, 199, 199, 600, 600, 600, 100, 199, 100, 199, 600],
    excluded: { 2: 44, 3: 56 },
    sizes: { 600: 50, 199: 31, 100: 19 },
  },
] as const;

describe("the authors' partitions", () => {
  test.each(REALISED)('PART-2: scenario $scenario at 100 devices is that of the authors', (known) => {
    const exclusions = exclusionsOf(known.scenario, known.devices);
    expect(exclusions.slice(0, 12)).toEqual(known.first);
    if ('second' in known) expect(exclusions.slice(50, 56)).toEqual(known.second);
    expect(tally(exclusions.map(({ length }) => length))).toEqual(known.excluded);
    const caps = authorsCaps(known.scenario, 100, { seed: 0 });
    expect(caps.slice(0, 12)).toEqual(known.caps);
    expect(tally(caps)).toEqual(known.sizes);
  });

  test('PART-3: scenarios 1, 3 and 6 exclude nothing and share 60,000 images out equally', () => {
    for (const scenario of [1, 3, 6] as const) {
      expect(exclusionsOf(scenario, [20, 20, 20, 20]).every(({ length }) => length === 0)).toBe(true);
      expect(tally(authorsCaps(scenario, 80, { seed: 0 }))).toEqual({ 750: 80 });
    }
  });

  test('PART-3: images per device replace the largest cap, and the others scale with it', () => {
    expect(tally(authorsCaps(5, 100, { seed: 0, base: 300 }))).toEqual({ 300: 50, 99: 31, 50: 19 });
    expect(tally(authorsCaps(2, 100, { seed: 0, base: 90 }))).toEqual({ 90: 64, 60: 36 });
  });

  test('PART-4: another seed gives other exclusions and caps, and is added to that of the authors', () => {
    expect(exclusionsOf(5, [50, 50], 1)).not.toEqual(exclusionsOf(5, [50, 50]));
    expect(authorsCaps(5, 100, { seed: 1 })).not.toEqual(authorsCaps(5, 100, { seed: 0 }));
    // The first domain's 32 + 10 is the second domain's 42.
    expect(exclusionsOf(5, [50, 50], 10).slice(50)).toEqual(exclusionsOf(5, [50]));
  });
});

const rules: fc.Arbitrary<PartitionRule> = fc.oneof(
  fc.constantFrom<Scenario[]>(1, 2, 3, 4, 5, 6).map((scenario) => ({ rule: 'authors' as const, scenario })),
  fc.constant({ rule: 'iid' as const }),
  fc.double({ min: 0.001, max: 100, noNaN: true }).map((alpha) => ({ rule: 'dirichlet' as const, alpha })),
  fc.integer({ min: 1, max: 5 }).map((classesPerDevice) => ({ rule: 'by-class' as const, classesPerDevice })),
);

/** Domains of uneven classes, large enough for their devices more often than not. */
const domains = fc.array(
  fc
    .record({
      devices: fc.integer({ min: 1, max: 7 }),
      classes: fc.integer({ min: 5, max: 12 }),
      count: fc.integer({ min: 1, max: 1_500 }),
      skew: fc.integer({ min: 1, max: 13 }),
    })
    .map(({ devices, classes, count, skew }): PartitionDomain => ({
      name: 'made',
      labels: Uint8Array.from({ length: count }, (_, i) => Math.floor(((i * skew) % (classes * 7)) / 7)),
      classes,
      devices,
    })),
  { minLength: 1, maxLength: 4 },
);

const wishes = fc.record({
  domains,
  options: fc.record({
    rule: rules,
    seed: fc.nat(1_000),
    imagesPerDevice: fc.option(fc.integer({ min: MIN_IMAGES, max: 700 }), { nil: undefined }),
  }),
});

/** The parts, or the faults where there can be none. */
function attempt(given: readonly PartitionDomain[], options: PartitionOptions) {
  try {
    return partition(given, options);
  } catch (error) {
    if (error instanceof PartitionError) return error.faults;
    throw error;
  }
}

describe('every partition', () => {
  test('PART-5: deals no image twice, none of another domain or an excluded label, none beyond the cap', () => {
    let made = 0;
    fc.assert(
      fc.property(wishes, ({ domains: given, options }) => {
        const parts = attempt(given, options);
        if (typeof parts[0] === 'string') return;
        made += 1;
        const dealt = new Set<string>();
        for (const part of parts) {
          if (typeof part === 'string') throw new Error('parts and faults do not mix');
          const { labels = new Uint8Array() } = given[part.domain] ?? {};
          expect(part.positions.length).toBeGreaterThanOrEqual(MIN_IMAGES);
          expect(part.positions.length).toBeLessThanOrEqual(part.cap);
          const wrong = part.positions.filter((at) => {
            const label = labels[at];
            return label === undefined || part.excluded.includes(label);
          });
          expect(wrong).toEqual([]);
          for (const position of part.positions) dealt.add(`${part.domain} ${position}`);
        }
        const total = parts.reduce((sum, p) => sum + (typeof p === 'string' ? 0 : p.positions.length), 0);
        expect(dealt.size).toBe(total);
      }),
      { numRuns: 300 },
    );
    expect(made).toBeGreaterThan(50);
  });

  test('PART-6: is the same for the same seed, and belongs to devices in the order of their domains', () => {
    fc.assert(
      fc.property(wishes, ({ domains: given, options }) => {
        const parts = attempt(given, options);
        expect(attempt(given, options)).toEqual(parts);
        if (typeof parts[0] === 'string') return;
        const expected = given.flatMap(({ devices }, index) => new Array<number>(devices).fill(index));
        expect(parts.map((part) => (typeof part === 'string' ? -1 : part.domain))).toEqual(expected);
      }),
      { numRuns: 100 },
    );
    const iid = (seed: number) => partition([domainOf(4)], { rule: { rule: 'iid' }, seed });
    expect(iid(1)).not.toEqual(iid(2));
  });
});

describe('rules of our own', () => {
  test('PART-7: equal parts use every image, the remainder on the first device', () => {
    const parts = partition([domainOf(7, { count: 1_000 })], { rule: { rule: 'iid' }, seed: 3 });
    expect(parts.map(({ positions }) => positions.length)).toEqual([148, ...new Array<number>(6).fill(142)]);
    const limited = partition([domainOf(7, { count: 1_000 })], {
      rule: { rule: 'iid' },
      seed: 3,
      imagesPerDevice: 20,
    });
    expect(limited.map(({ positions }) => positions.length)).toEqual(new Array<number>(7).fill(20));
  });

  test('PART-8: a small Dirichlet alpha makes devices of few classes, a large one devices alike', () => {
    const commonest = (alpha: number) => {
      const domain = domainOf(10, { count: 20_000 });
      const parts = partition([domain], {
        rule: { rule: 'dirichlet', alpha },
        seed: 5,
        imagesPerDevice: 300,
      });
      const shares = parts.map(({ positions }) => {
        const counts = Object.values(tally(positions.map((at) => domain.labels[at] ?? -1)));
        return Math.max(...counts) / positions.length;
      });
      return shares.reduce((sum, share) => sum + share, 0) / shares.length;
    };
    expect(commonest(0.01)).toBeGreaterThan(0.9);
    expect(commonest(1)).toBeGreaterThan(0.2);
    expect(commonest(1)).toBeLessThan(0.6);
    expect(commonest(1_000)).toBeLessThan(0.16);
  });

  test('PART-8: mixes have the mean and the spread of the Dirichlet distribution at two concentrations', () => {
    // The share of one class among k has the variance (1/k)(1 - 1/k) / (k alpha + 1).
    for (const alpha of [0.2, 4]) {
      const random = new Random(`dirichlet ${alpha}`);
      const shares = Array.from({ length: 4_000 }, () => dirichlet(5, alpha, random)[2] ?? 0);
      const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
      const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / shares.length;
      const expected = 0.16 / (5 * alpha + 1);
      expect(mean).toBeCloseTo(0.2, 1);
      expect(Math.abs(mean - 0.2)).toBeLessThan(4 * Math.sqrt(expected / shares.length));
      expect(Math.abs(variance / expected - 1)).toBeLessThan(0.1);
    }
  });

  test('PART-9: by class, each device holds just so many classes and each class is held about equally often', () => {
    for (const classesPerDevice of [1, 2, 3, 10]) {
      const domain = domainOf(12, { count: 12_000 });
      const parts = partition([domain], { rule: { rule: 'by-class', classesPerDevice }, seed: 8 });
      const held = parts.map(({ positions }) => [...new Set(positions.map((at) => domain.labels[at] ?? -1))]);
      expect(held.every(({ length }) => length === classesPerDevice)).toBe(true);
      expect(parts.every(({ excluded }) => excluded.length === 10 - classesPerDevice)).toBe(true);
      const often = Object.values(tally(held.flat()));
      expect(often).toHaveLength(10);
      expect(Math.max(...often) - Math.min(...often)).toBeLessThanOrEqual(1);
    }
  });
});

describe('impossible partitions', () => {
  const faultsOf = (given: readonly PartitionDomain[], options: Partial<PartitionOptions>) => {
    const result = attempt(given, { rule: { rule: 'iid' }, seed: 0, ...options });
    return result.map(String).join('\n');
  };

  test.each([
    ['no domain', [], {}, /no domain/],
    ['more devices than images', [domainOf(60, { count: 50 })], {}, /60 devices and only 50 images/],
    ['no device', [domainOf(0)], {}, /whole number of devices from 1 up, not 0/],
    ['too few images each', [domainOf(10, { count: 100 })], {}, /10 of 10 devices .* fewer than 16 .* 10:/],
    ['too small a cap', [domainOf(10)], { imagesPerDevice: 15 }, /at least 16, not 15/],
    ['alpha 0', [domainOf(10)], { rule: { rule: 'dirichlet', alpha: 0 } }, /alpha must be above 0, not 0/],
    ['alpha NaN', [domainOf(1)], { rule: { rule: 'dirichlet', alpha: NaN } }, /not NaN/],
    [
      '11 of 10',
      [domainOf(1)],
      { rule: { rule: 'by-class', classesPerDevice: 11 } },
      /10 classes, too few for 11/,
    ],
    ['0 of 10', [domainOf(1)], { rule: { rule: 'by-class', classesPerDevice: 0 } }, /from 1 up, not 0/],
    [
      'one class and exclusions',
      [domainOf(2, { classes: 1 })],
      { rule: { rule: 'authors', scenario: 5 } },
      /one class only, and scenario 5 keeps up to 3/,
    ],
    [
      'an unknown class',
      [{ ...domainOf(2), classes: 9 }],
      {},
      /image of class 9, and its classes are 0 to 8/,
    ],
    ['a bad seed', [domainOf(2)], { seed: -1 }, /seed must be a whole number of at least 0, not -1/],
  ] as const)('PART-10: %s is refused with what to change', (_, given, options, message) => {
    expect(faultsOf(given, options)).toMatch(message);
  });

  test('PART-10: all faults are told at once, by one kind of error', () => {
    const given = [domainOf(60, { count: 50, name: 'small' }), domainOf(0, { name: 'none' })];
    const attemptIt = () => partition(given, { rule: { rule: 'dirichlet', alpha: -1 }, seed: 0.5 });
    expect(attemptIt).toThrow(PartitionError);
    expect(attempt(given, { rule: { rule: 'dirichlet', alpha: -1 }, seed: 0.5 })).toHaveLength(4);
    expect(attemptIt).toThrow(/"small".*"none"/);
  });

  test('PART-10: one class is no hindrance where nothing is excluded', () => {
    const single = domainOf(2, { classes: 1, count: 100 });
    const parts = partition([single], { rule: { rule: 'authors', scenario: 1 }, seed: 0 });
    expect(parts.map(({ positions }) => positions.length)).toEqual([50, 50]);
  });
});
