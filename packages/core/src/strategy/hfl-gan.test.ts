import { describe, expect, test } from 'vitest';
import { cganSpec, wholeCut } from '../architecture/index.ts';
import { deviceLayers, deviceParameters } from '../federate/index.ts';
import { Random } from '../random.ts';
import { elementCount, type NamedTensors, type PlainTensor } from '../tensors/index.ts';
import { type FederatedDevice, type FederationInput, generatorOf, strategyOf } from './index.ts';

const spec = cganSpec({ width: 1 / 16, zDim: 4, classes: 2 });
const cut = wholeCut(spec, 'twin');

/** A device of one of two domains: its statistics say which, all its other numbers are its own. */
function device(id: string, domain: 0 | 1, samples = 100): FederatedDevice {
  const random = new Random(id);
  const values = new Map(
    deviceParameters(spec, cut).map(({ name, shape, trainable }): [string, PlainTensor] => {
      const seen = name.startsWith('discriminator.') && !trainable ? 5 + 5 * domain : 0;
      const data = Float32Array.from({ length: elementCount(shape) }, () => seen + random.normal());
      return [name, { shape, data }];
    }),
  );
  return { id, cut, samples, values };
}

const devices = [device('a', 0, 300), device('b', 1), device('c', 0), device('d', 1, 200)];

function endRound(changes: Partial<FederationInput> = {}) {
  return strategyOf('hfl-gan').federate({
    spec,
    round: 2,
    warmUpRounds: 2,
    alpha: 1,
    devices,
    body: new Map(),
    clustering: { kMax: 8 },
    previousClusters: new Map(),
    random: new Random(1),
    ...changes,
  });
}

/** The average by images of one tensor over these devices. */
function averageOf(name: string, ids: string): Float32Array {
  const of = devices.filter(({ id }) => ids.includes(id));
  const images = of.reduce((sum, { samples }) => sum + samples, 0);
  const first = of[0]?.values.get(name)?.data ?? new Float32Array();
  return first.map((_, i) =>
    of.reduce((sum, { samples, values }) => sum + (samples / images) * (values.get(name)?.data[i] ?? NaN), 0),
  );
}

function expectAverage(layers: NamedTensors | undefined, network: string, ids: string) {
  const names = [...(layers?.keys() ?? [])].filter((name) => name.startsWith(`${network}.`));
  expect(names.length).toBeGreaterThan(5);
  for (const name of names) {
    const wanted = averageOf(name, ids);
    const error = (layers?.get(name)?.data ?? []).map((value, i) => Math.abs(value - (wanted[i] ?? NaN)));
    expect(Math.max(...error)).toBeLessThan(1e-5);
  }
}

describe('HFL-GAN at the end of a round', () => {
  test('HFL-4: devices whose discriminators saw alike are clustered, under the numbers of the round before', () => {
    const { clusters, silhouette } = endRound();
    expect(Object.fromEntries(clusters)).toEqual({ a: 0, b: 1, c: 0, d: 1 });
    expect(silhouette).toBeGreaterThan(0.25);
    const previousClusters = new Map([
      ['a', 7],
      ['c', 7],
      ['b', 3],
      ['d', 3],
    ]);
    expect(Object.fromEntries(endRound({ previousClusters }).clusters)).toEqual({ a: 7, b: 3, c: 7, d: 3 });
    const early = endRound({ round: 1 });
    expect(new Set(early.clusters.values())).toEqual(new Set([0]));
    expectAverage(early.clusterLayers.get(0), 'generator', 'abcd');
  });

  test('HFL-5: the first generator and the discriminator are averaged by images within the cluster, every round', () => {
    for (const round of [2, 3]) {
      const { clusterLayers, clusterWeights } = endRound({ round });
      for (const [cluster, ids] of [
        [0, 'ac'],
        [1, 'bd'],
      ] as const) {
        expectAverage(clusterLayers.get(cluster), 'generator', ids);
        expectAverage(clusterLayers.get(cluster), 'discriminator', ids);
      }
      expect(clusterWeights.get('a')).toBeCloseTo(0.75);
      expect(clusterWeights.get('b')).toBeCloseTo(1 / 3);
    }
  });

  test('HFL-6: second generators are averaged within the cluster, and in every second round over all', () => {
    const own = endRound({ round: 2 }).clusterLayers;
    expectAverage(own.get(0), 'generator2', 'ac');
    expectAverage(own.get(1), 'generator2', 'bd');
    const met = endRound({ round: 3 });
    for (const cluster of [0, 1]) expectAverage(met.clusterLayers.get(cluster), 'generator2', 'abcd');
    for (const network of ['generator', 'generator2', 'discriminator'])
      expectAverage(met.globalLayers, network, 'abcd');
    expect(met.body.size).toBe(0);
  });

  test("HFL-7: what is shown is the cluster's first generator, and a device takes all three networks", () => {
    const { clusterLayers, body } = endRound();
    const layers = clusterLayers.get(0) ?? new Map<string, PlainTensor>();
    expectAverage(generatorOf({ spec, clusterLayers: layers, body }), 'generator', 'ac');
    expect([...deviceLayers(layers, spec, cut).keys()]).toEqual(
      deviceParameters(spec, cut).map(({ name }) => name),
    );
  });

  test('HFL-8: the order of arrival changes nothing, and nobody is no round', () => {
    expect(endRound({ devices: devices.toReversed() })).toEqual(endRound());
    expect(() => endRound({ devices: [] })).toThrow(RangeError);
  });
});
