import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cganSpec, parametersOf } from '../architecture/index.ts';
import type { NamedTensors } from '../tensors/index.ts';
import {
  bodyParameters,
  cappedSamples,
  clusterWeights,
  deviceParameters,
  ganParameters,
  globalWeights,
  pickTensors,
  weightedAverage,
} from './index.ts';

const contributions = fc
  .array(
    fc.record({
      samples: fc.integer({ min: 1, max: 60_000 }),
      divergence: fc.double({ min: 0, max: 25, noNaN: true }),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((list) => list.map((entry, index) => ({ id: `d${index}`, ...entry })));

const tensors = (...values: number[]): NamedTensors =>
  new Map([['w', { shape: [values.length], data: Float32Array.from(values) }]]);

describe('weights', () => {
  test('FED-1: three devices with known divergences have the known weights', () => {
    const weights = globalWeights(
      [
        { id: 'a', samples: 600, divergence: 0.2490922401787441 },
        { id: 'b', samples: 400, divergence: 1.1055225473668153 },
        { id: 'c', samples: 600, divergence: 0.3122126103011068 },
      ],
      1,
    );
    expect(weights.get('a')).toBeCloseTo(0.450055667847397, 12);
    expect(weights.get('b')).toBeCloseTo(0.1274183625942476, 12);
    expect(weights.get('c')).toBeCloseTo(0.4225259695583555, 12);
  });

  test('FED-1: weights sum to 1 at any alpha, over all devices and in every cluster; a cluster of one weighs 1', () => {
    fc.assert(
      fc.property(contributions, fc.double({ min: 0, max: 1e6, noNaN: true }), (devices, alpha) => {
        const all = [...globalWeights(devices, alpha).values()];
        expect(all.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 9);
        const clusters = new Map(devices.map(({ id }, index) => [id, index % 3]));
        const within = clusterWeights(devices, clusters, alpha);
        for (const cluster of new Set(clusters.values())) {
          const members = devices.filter(({ id }) => clusters.get(id) === cluster);
          const sum = members.reduce((total, { id }) => total + (within.get(id) ?? NaN), 0);
          expect(sum).toBeCloseTo(1, 9);
          if (members.length === 1) expect(within.get(members[0]?.id ?? '')).toBe(1);
        }
      }),
    );
  });

  test('FED-1: alpha 0 weighs by samples, and more divergence never weighs more', () => {
    fc.assert(
      fc.property(contributions, fc.double({ min: 0, max: 10, noNaN: true }), (devices, alpha) => {
        const total = devices.reduce((sum, { samples }) => sum + samples, 0);
        const plain = globalWeights(devices, 0);
        for (const { id, samples } of devices) expect(plain.get(id)).toBeCloseTo(samples / total, 12);
        const [first, ...rest] = devices;
        if (!first) return;
        const further = [{ ...first, divergence: first.divergence + 1 }, ...rest];
        const before = globalWeights(devices, alpha).get(first.id) ?? NaN;
        expect(globalWeights(further, alpha).get(first.id)).toBeLessThanOrEqual(before + 1e-12);
      }),
    );
  });

  test('FED-2: a claimed number of samples counts up to the cap', () => {
    expect(cappedSamples(60_000, 600)).toBe(600);
    expect(cappedSamples(199, 600)).toBe(199);
  });

  test('FED-2: no samples, a divergence that is not finite and a negative alpha are refused', () => {
    const device = { id: 'a', samples: 1, divergence: 0 };
    expect(() => globalWeights([{ ...device, samples: 0 }], 1)).toThrow('device a needs a positive number');
    expect(() => globalWeights([{ ...device, divergence: NaN }], 1)).toThrow('device a needs');
    expect(() => globalWeights([device], -1)).toThrow('alpha must be');
  });
});

describe('averages', () => {
  test('FED-3: an average is the weighted sum, computed in doubles', () => {
    const average = weightedAverage([
      { weight: 0.25, values: tensors(1, -4) },
      { weight: 0.75, values: tensors(3, 8) },
    ]);
    expect(average).toEqual(tensors(2.5, 5));
    const tiny = Array.from({ length: 10_000 }, () => ({ weight: 1e-4, values: tensors(Math.fround(0.1)) }));
    expect(weightedAverage(tiny)).toEqual(tensors(Math.fround(0.1)));
  });

  test('FED-3: an average lies between its entries, and equal entries come out bit for bit', () => {
    const value = fc.float({ noNaN: true, min: -1e6, max: 1e6 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 999 }), value), { minLength: 1 }),
        (entries) => {
          const total = entries.reduce((sum, [mass]) => sum + mass, 0);
          const of = (value: (index: number) => number) =>
            weightedAverage(
              entries.map(([mass], index) => ({ weight: mass / total, values: tensors(value(index)) })),
            ).get('w')?.data[0] ?? NaN;
          const values = entries.map(([, value]) => value);
          const average = of((index) => values[index] ?? NaN);
          const slack = 1e-6 * Math.max(1, ...values.map(Math.abs));
          expect(average).toBeGreaterThanOrEqual(Math.min(...values) - slack);
          expect(average).toBeLessThanOrEqual(Math.max(...values) + slack);
          const first = values[0] ?? NaN;
          expect(of(() => first) === first, 'negative zero may become zero').toBe(true);
        },
      ),
    );
  });

  test('FED-3: the result shares no memory with its entries', () => {
    const values = tensors(1, 2);
    const average = weightedAverage([{ weight: 1, values }]);
    values.get('w')?.data.fill(9);
    expect(average).toEqual(tensors(1, 2));
  });

  test('FED-4: entries that differ in names or shapes, and weights that are no distribution, are refused', () => {
    const half = (values: NamedTensors) => ({ weight: 0.5, values });
    expect(() => weightedAverage([])).toThrow('at least one entry');
    expect(() => weightedAverage([half(tensors(1))])).toThrow('sum to 1');
    expect(() => weightedAverage([{ weight: NaN, values: tensors(1) }])).toThrow('sum to 1');
    expect(() => weightedAverage([half(tensors(1)), half(tensors(1, 2))])).toThrow('"w" is [1] in one entry');
    expect(() => weightedAverage([half(tensors(1)), half(new Map())])).toThrow('same tensors');
    const other = new Map([['v', { shape: [1], data: Float32Array.of(1) }]]);
    expect(() => weightedAverage([half(tensors(1)), half(other)])).toThrow('lacks the tensor "w"');
  });
});

describe('layers by place', () => {
  const spec = cganSpec({ width: 1 / 16 });
  const names = (parameters: readonly { readonly name: string }[]) => parameters.map(({ name }) => name);

  test('FED-5: device and body share exactly the blocks that the cut moved to the device', () => {
    const cut = { gHead: 2, gTail: 1, dHead: 1, dTail: 2 };
    const body = new Set(names(bodyParameters(spec)));
    const shared = names(deviceParameters(spec, cut)).filter((name) => body.has(name));
    expect(shared).toEqual([
      ...names(parametersOf(spec.generator, 2, 2)).map((name) => `generator.${name}`),
      ...names(parametersOf(spec.discriminator, 4, 4)).map((name) => `discriminator.${name}`),
    ]);
    const together = new Set([...body, ...names(deviceParameters(spec, cut))]);
    expect(together).toEqual(new Set(names(ganParameters(spec))));
  });

  test('FED-5: a missing tensor or one of the wrong shape is refused by name', () => {
    const parameters = [{ name: 'w', shape: [2], trainable: true }];
    expect(pickTensors(tensors(1, 2), parameters)).toEqual(tensors(1, 2));
    expect(() => pickTensors(tensors(1), parameters)).toThrow('"w" is [1] where [2] belongs');
    expect(() => pickTensors(new Map(), parameters)).toThrow('"w"');
  });
});
