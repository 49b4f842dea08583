import { describe, expect, test } from 'vitest';
import { cganSpec, type Cut, SHALLOWEST_CUT, wholeCut } from '../architecture/index.ts';
import { bodyParameters, deviceLayers, deviceParameters, ganParameters } from '../federate/index.ts';
import { Random } from '../random.ts';
import type { NamedTensors } from '../tensors/index.ts';
import {
  type FederatedDevice,
  type FederationInput,
  STRATEGY_NAMES,
  type StrategyName,
  strategyOf,
} from './index.ts';

const spec = cganSpec({ width: 1 / 16, zDim: 4, classes: 2 });
const LOCAL = wholeCut(spec, 'local');
const JUDGED = wholeCut(spec, 'judged');
const isGenerators = (name: string) => name.startsWith('generator.');

/** Tensors of these parameters, all of one number. */
function filled(parameters: readonly { name: string; shape: readonly number[] }[], value: number) {
  return new Map(
    parameters.map(({ name, shape }) => {
      const data = new Float32Array(shape.reduce((size, side) => size * side, 1)).fill(value);
      return [name, { shape, data }] as const;
    }),
  );
}

/** A device whose layers are all `value`. */
function device(id: string, value: number, options: { cut?: Cut; samples?: number } = {}): FederatedDevice {
  const { cut = LOCAL, samples = 100 } = options;
  return { id, cut, samples, values: filled(deviceParameters(spec, cut), value) };
}

function endRound(strategy: StrategyName, changes: Partial<FederationInput>) {
  return strategyOf(strategy).federate({
    spec,
    round: 5,
    warmUpRounds: 2,
    alpha: 1,
    devices: [],
    body: new Map(),
    clustering: { kMax: 8 },
    previousClusters: new Map(),
    random: new Random(3),
    ...changes,
  });
}

/** The one number of which these tensors are full; throws when there are several. */
function fillOf(layers: NamedTensors | undefined, belongs: (name: string) => boolean = () => true): number {
  const found = new Set(
    [...(layers ?? [])].filter(([name]) => belongs(name)).flatMap(([, { data }]) => [...data]),
  );
  const [only] = found;
  if (found.size !== 1 || only === undefined) throw new Error(`${found.size} different numbers`);
  return only;
}

describe('averages for all', () => {
  test('STRAT-1: FedGAN averages both networks whole by the numbers of images, from the first round on', () => {
    const devices = [device('b', 1, { samples: 300 }), device('a', 5, { samples: 100 })];
    for (const round of [0, 5]) {
      const result = endRound('fed-gan', { devices, round });
      expect(fillOf(result.clusterLayers.get(0))).toBe(2);
      expect([...result.globalLayers.keys()]).toEqual(ganParameters(spec).map(({ name }) => name));
      expect(result.clusterWeights).toEqual(
        new Map([
          ['a', 0.25],
          ['b', 0.75],
        ]),
      );
      expect(result.body.size).toBe(0);
    }
  });

  test('STRAT-2: federated split GANs average discriminators plainly; the generator stays the coordinator’s', () => {
    const generator = filled(
      ganParameters(spec).filter(({ name }) => isGenerators(name)),
      7,
    );
    const devices = [device('a', 1, { cut: JUDGED, samples: 300 }), device('b', 5, { cut: JUDGED })];
    const result = endRound('fed-split-gan', { devices, body: generator });
    expect(fillOf(result.clusterLayers.get(0), (name) => !isGenerators(name))).toBe(3);
    expect(fillOf(result.clusterLayers.get(0), isGenerators)).toBe(7);
    expect(result.body).toEqual(generator);
    expect(result.ownLayers).toBeUndefined();
  });
});

describe('MD-GAN', () => {
  const generator = filled(
    ganParameters(spec).filter(({ name }) => isGenerators(name)),
    7,
  );
  const devices = (count: number) =>
    Array.from({ length: count }, (_, i) => device(String.fromCharCode(97 + i), i, { cut: JUDGED }));

  test('STRAT-3: discriminators move on in one cycle through all devices, and none stays', () => {
    for (const count of [2, 3, 7])
      for (const seed of [1, 2, 3]) {
        const { ownLayers } = endRound('md-gan', {
          devices: devices(count),
          body: generator,
          random: new Random(seed),
        });
        const from = new Map([...(ownLayers ?? [])].map(([id, layers]) => [id, fillOf(layers)]));
        let [at, length] = [0, 0];
        do {
          at = from.get(String.fromCharCode(97 + at)) ?? NaN;
          length += 1;
        } while (at !== 0 && length <= count);
        expect(length).toBe(count);
      }
    expect(fillOf(endRound('md-gan', { devices: devices(1), body: generator }).ownLayers?.get('a'))).toBe(0);
  });

  test('STRAT-3: the cycle is drawn anew by the seed, and what moves is exactly a discriminator', () => {
    const swaps = [1, 2, 3, 4].map((seed) => {
      const { ownLayers } = endRound('md-gan', {
        devices: devices(7),
        body: generator,
        random: new Random(seed),
      });
      const layers = ownLayers?.get('a') ?? new Map();
      expect([...layers.keys()]).toEqual(deviceParameters(spec, JUDGED).map(({ name }) => name));
      return fillOf(layers);
    });
    expect(new Set(swaps).size).toBeGreaterThan(1);
  });

  test('STRAT-4: the generator stays as the coordinator trained it; a newcomer gets the mean discriminator', () => {
    const { body, globalLayers } = endRound('md-gan', { devices: devices(3), body: generator });
    expect(body).toEqual(generator);
    expect(fillOf(globalLayers, isGenerators)).toBe(7);
    expect(fillOf(globalLayers, (name) => !isGenerators(name))).toBe(1);
  });
});

describe('each for itself', () => {
  test.each(['local-only', 'centralised', 'reg-gan'] as const)(
    'STRAT-5: %s keeps every device’s own networks, each a group with a number that stays',
    (strategy) => {
      const devices = [device('a', 1), device('b', 2), device('c', 3)];
      const previousClusters = new Map([
        ['b', 0],
        ['c', 4],
      ]);
      const result = endRound(strategy, { devices, previousClusters });
      expect(result.clusters).toEqual(
        new Map([
          ['a', 1],
          ['b', 0],
          ['c', 4],
        ]),
      );
      for (const { id, values } of devices)
        expect(result.clusterLayers.get(result.clusters.get(id) ?? NaN)).toEqual(values);
      expect([...result.clusterWeights.values()]).toEqual([1, 1, 1]);
      expect(fillOf(result.globalLayers)).toBe(2);
    },
  );

  test('STRAT-6: a split without federation leaves the body as it was trained and gives each its own ends', () => {
    const body = filled(bodyParameters(spec), 9);
    const deep = { ...SHALLOWEST_CUT, gHead: 2 };
    const devices = [device('a', 1, { cut: SHALLOWEST_CUT }), device('b', 2, { cut: deep })];
    const result = endRound('split-only', { devices, body });
    expect(result.body).toEqual(body);
    for (const { id, cut, values } of devices) {
      const layers = result.clusterLayers.get(result.clusters.get(id) ?? NaN) ?? new Map();
      expect(deviceLayers(layers, spec, cut)).toEqual(values);
      const held = new Set(values.keys());
      expect(fillOf(layers, (name) => !held.has(name))).toBe(9);
    }
  });

  test('STRAT-5: only the centralised strategies pool, and none of the three is offered to volunteers', () => {
    expect(STRATEGY_NAMES.filter((name) => strategyOf(name).pooled)).toEqual(['centralised', 'reg-gan']);
    for (const name of ['local-only', 'centralised', 'reg-gan'] as const)
      expect(strategyOf(name).live).toBe(false);
  });
});

describe('every strategy', () => {
  test.each(['fed-gan', 'fed-split-gan', 'md-gan', 'local-only'] as const)(
    'STRAT-7: %s takes devices in the order of their ids, leaves its input as it is, and needs one',
    (strategy) => {
      const judged = strategyOf(strategy).schedule === 'judged';
      const body = judged
        ? filled(
            ganParameters(spec).filter(({ name }) => isGenerators(name)),
            7,
          )
        : new Map();
      const cut = judged ? JUDGED : LOCAL;
      const devices = [0.1, 0.2, 0.7].map((value, i) => device(`d${i}`, value, { cut }));
      const before = structuredClone(devices);
      const result = endRound(strategy, { devices, body });
      expect(endRound(strategy, { devices: devices.toReversed(), body })).toEqual(result);
      expect(devices).toEqual(before);
      expect(() => endRound(strategy, { devices: [], body })).toThrow('at least one device');
    },
  );

  test('STRAT-8: tensors that are not those of a device’s cut are refused', () => {
    const odd = { ...device('a', 1), values: filled(deviceParameters(spec, SHALLOWEST_CUT), 1) };
    expect(() => endRound('fed-gan', { devices: [odd] })).toThrow();
  });
});
