import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cganSpec, SHALLOWEST_CUT, type Cut } from '../architecture/index.ts';
import {
  bodyOfCluster,
  bodyParameters,
  deviceParameters,
  ganParameters,
  joinedBodies,
} from '../federate/index.ts';
import { Random } from '../random.ts';
import { elementCount, type NamedTensors, type PlainTensor } from '../tensors/index.ts';
import {
  clusterGan,
  generatorOf,
  strategyOf,
  type FederatedDevice,
  type FederationInput,
  type FederationResult,
} from './index.ts';

const spec = cganSpec({ width: 1 / 16, zDim: 4, classes: 2 });
const DEEPEST: Cut = { gHead: 2, gTail: 2, dHead: 2, dTail: 2 };
const MIXED: Cut = { gHead: 2, gTail: 1, dHead: 1, dTail: 2 };

function randomTensors(
  parameters: readonly { readonly name: string; readonly shape: readonly number[] }[],
  seed: string,
): NamedTensors {
  const random = new Random(seed);
  return new Map(
    parameters.map(({ name, shape }): [string, PlainTensor] => [
      name,
      { shape, data: Float32Array.from({ length: elementCount(shape) }, () => random.normal()) },
    ]),
  );
}

/** Features of one of two domains that differ in the channel that is active. */
function featuresOf(domain: 0 | 1, seed: string): PlainTensor {
  const random = new Random(seed);
  const data = Float32Array.from({ length: 8 }, (_, i) => 0.1 * random.normal() + (i === 3 * domain ? 4 : 0));
  return { shape: [2, 4], data };
}

function device(id: string, domain: 0 | 1, options: Partial<FederatedDevice> = {}): FederatedDevice {
  const cut = options.cut ?? SHALLOWEST_CUT;
  return {
    id,
    cut,
    samples: 100,
    values: randomTensors(deviceParameters(spec, cut), id),
    features: featuresOf(domain, id),
    ...options,
  };
}

function unseen({ id, cut, samples, values }: FederatedDevice): FederatedDevice {
  return { id, cut, samples, values };
}

const body = randomTensors(bodyParameters(spec), 'body');
const four = [
  device('a', 0, { samples: 600 }),
  device('b', 0, { cut: DEEPEST, samples: 400 }),
  device('c', 1, { cut: MIXED, samples: 600 }),
  device('d', 1, { samples: 199 }),
];

function endRound(changes: Partial<FederationInput> = {}): FederationResult {
  return strategyOf('huscf-gan').federate({
    spec,
    round: 2,
    warmUpRounds: 2,
    alpha: 1,
    devices: four,
    body,
    clustering: { kMax: 8 },
    previousClusters: new Map(),
    random: new Random(1),
    ...changes,
  });
}

/** The sum that the rule asks for, with the body's copy where a device lacks the layer. */
function expectAverage(actual: NamedTensors | undefined, name: string, weights: ReadonlyMap<string, number>) {
  const errors = Array.from(actual?.get(name)?.data ?? [NaN], (value, i) =>
    four.reduce((rest, { id, values }) => {
      const own = (values.get(name) ?? body.get(name))?.data[i] ?? NaN;
      return rest - (weights.get(id) ?? 0) * own;
    }, value),
  );
  expect(Math.max(...errors.map(Math.abs))).toBeLessThan(1e-6);
}

function expectClose(actual: Float32Array | undefined, expected: Float32Array | undefined) {
  const errors = Array.from(actual ?? [NaN], (value, i) => Math.abs(value - (expected?.[i] ?? NaN)));
  expect(Math.max(...errors)).toBeLessThan(1e-6);
}

describe('federation while warming up', () => {
  test('FED-6: rounds 0 and 1 are plain averages by samples over all devices, in one cluster', () => {
    for (const round of [0, 1]) {
      const result = endRound({ round });
      expect([...result.clusters.values()]).toEqual([0, 0, 0, 0]);
      for (const { id, samples } of four) {
        expect(result.clusterWeights.get(id)).toBeCloseTo(samples / 1799, 12);
        expect(result.globalWeights.get(id)).toBeCloseTo(samples / 1799, 12);
      }
      expect(result.clusterLayers.get(0)).toEqual(result.globalLayers);
      for (const { name } of ganParameters(spec))
        expectAverage(result.globalLayers, name, result.globalWeights);
    }
    expect(endRound({ round: 2 }).clusterLayers.size).toBe(2);
    expect(endRound({ round: 2, warmUpRounds: 3 }).clusterLayers.size).toBe(1);
  });
});

describe('clustered federation', () => {
  test('FED-7: domains become clusters, and each averages all layers with its own weights', () => {
    const result = endRound();
    expect(result.clusters).toEqual(
      new Map([
        ['a', 0],
        ['b', 0],
        ['c', 1],
        ['d', 1],
      ]),
    );
    expect(result.silhouette).toBeGreaterThan(0.5);
    const clusters = [...result.clusterLayers];
    expect(clusters).toHaveLength(2);
    for (const [cluster, layers] of clusters) {
      const weights = new Map(
        [...result.clusterWeights].filter(([id]) => result.clusters.get(id) === cluster),
      );
      expect([...weights.values()].reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
      expect([...layers.keys()]).toEqual(ganParameters(spec).map(({ name }) => name));
      for (const name of layers.keys()) expectAverage(layers, name, weights);
    }
  });

  test('FED-7: weights are n exp(-alpha KLD) with the divergence of their own set', () => {
    const { clusterWeights, globalWeights, divergences } = endRound({ alpha: 3 });
    const mass = (id: string, scores: ReadonlyMap<string, number>) =>
      (four.find((other) => other.id === id)?.samples ?? NaN) * Math.exp(-3 * (scores.get(id) ?? NaN));
    const share = (ids: readonly string[], scores: ReadonlyMap<string, number>) =>
      mass(ids[0] ?? '', scores) / ids.reduce((sum, id) => sum + mass(id, scores), 0);
    expect(clusterWeights.get('a')).toBeCloseTo(share(['a', 'b'], divergences.cluster), 12);
    expect(clusterWeights.get('c')).toBeCloseTo(share(['c', 'd'], divergences.cluster), 12);
    expect(globalWeights.get('d')).toBeCloseTo(share(['d', 'a', 'b', 'c'], divergences.global), 12);
    expect(divergences.global.get('a')).not.toBeCloseTo(divergences.cluster.get('a') ?? NaN, 3);
  });

  test('FED-8: the body is averaged over all devices, running statistics too; block 3 stays bit for bit', () => {
    const result = endRound();
    expect([...result.body.keys()]).toEqual([...body.keys()]);
    for (const name of body.keys()) {
      expectAverage(result.body, name, result.globalWeights);
      const layers = [result.body, result.globalLayers, ...result.clusterLayers.values()];
      if (name.includes('block3'))
        for (const layer of layers) expect(layer.get(name)).toEqual(body.get(name));
      else expect(result.body.get(name)).not.toEqual(body.get(name));
    }
  });

  test('FED-19: where each cluster has a body of its own, that is its average, and nobody else counts in it', () => {
    const bodies = new Map([
      [0, body],
      [1, randomTensors(bodyParameters(spec), 'other body')],
    ]);
    const previousClusters = new Map([
      ['a', 0],
      ['b', 0],
      ['c', 1],
      ['d', 1],
    ]);
    const result = endRound({ body: joinedBodies(bodies), bodies: 'per-cluster', previousClusters });
    for (const cluster of [0, 1]) {
      const own = bodyOfCluster(result.body, cluster);
      for (const [name, tensor] of own) expect(tensor).toEqual(result.clusterLayers.get(cluster)?.get(name));
      const block3 = 'generator.block3.conv.weight';
      expectClose(own.get(block3)?.data, bodies.get(cluster)?.get(block3)?.data);
    }
  });

  test('FED-9: the order in which devices arrive changes nothing', () => {
    const expected = endRound();
    fc.assert(
      fc.property(fc.shuffledSubarray(four, { minLength: 4 }), (devices) => {
        expect(endRound({ devices })).toEqual(expected);
      }),
      { numRuns: 10 },
    );
  });

  test('FED-9: cluster numbers follow the previous round', () => {
    const previousClusters = new Map([
      ['a', 1],
      ['b', 1],
      ['c', 0],
      ['d', 0],
    ]);
    expect(endRound({ previousClusters }).clusters).toEqual(previousClusters);
  });

  test('FED-9: inputs are left as they are', () => {
    const before = structuredClone({ body, four });
    for (const layers of endRound().clusterLayers.values())
      for (const { data } of layers.values()) data.fill(0);
    expect({ body, four }).toEqual(before);
  });
});

describe('devices without features', () => {
  const late = unseen(device('e', 0, { samples: 300 }));

  test('FED-10: one that had a cluster keeps it and counts with the mean divergence', () => {
    const previousClusters = new Map([
      ['a', 4],
      ['c', 2],
      ['e', 4],
    ]);
    const result = endRound({ devices: [...four, late], previousClusters });
    expect(result.clusters.get('e')).toBe(4);
    expect(result.clusters.get('a')).toBe(4);
    expect(result.divergences.cluster.has('e')).toBe(false);
    const scores = ['a', 'b'].map((id) => result.divergences.cluster.get(id) ?? NaN);
    const masses = [600, 400].map((n, i) => n * Math.exp(-(scores[i] ?? NaN)));
    const own = 300 * Math.exp(-((scores[0] ?? NaN) + (scores[1] ?? NaN)) / 2);
    expect(result.clusterWeights.get('e')).toBeCloseTo(
      own / (own + (masses[0] ?? NaN) + (masses[1] ?? NaN)),
      12,
    );
    expect(result.globalWeights.get('e')).toBeGreaterThan(0);
    expect(result.notes).toEqual(['Device e sent no usable features: it stays in cluster 4.']);
  });

  test('FED-10: one that had none weighs nothing and is left to the global average', () => {
    const result = endRound({ devices: [...four, late] });
    expect(result.clusters.has('e')).toBe(false);
    expect(result.globalWeights.has('e')).toBe(false);
    expect(result.notes).toHaveLength(1);
    expect({ ...result, notes: [] }).toEqual(endRound());
  });

  test('FED-10: features that are not finite count as missing', () => {
    const broken = { ...late, features: { shape: [2, 4], data: new Float32Array(8).fill(NaN) } };
    expect(endRound({ devices: [...four, broken] })).toEqual(endRound({ devices: [...four, late] }));
  });

  test('FED-10: when all lack them, clusters stay; when none had one, the round is averaged plainly', () => {
    const devices = four.map(unseen);
    const previousClusters = new Map([
      ['a', 0],
      ['b', 0],
      ['c', 1],
      ['d', 1],
    ]);
    const kept = endRound({ devices, previousClusters });
    expect(kept.clusters).toEqual(previousClusters);
    expect(kept.clusterWeights.get('a')).toBeCloseTo(0.6, 12);
    const plain = endRound({ devices });
    expect(plain.globalLayers).toEqual(endRound({ round: 0 }).globalLayers);
    expect(plain.notes).toHaveLength(1);
  });
});

describe('bad input', () => {
  test('FED-11: no device, and tensors that do not fit the cut, are refused with the reason', () => {
    expect(() => endRound({ devices: [] })).toThrow('at least one device');
    const [a, b] = four;
    if (!a || !b) return;
    expect(() => endRound({ devices: [{ ...a, values: b.values }] })).toThrow('device a brought');
    expect(() => endRound({ devices: [{ ...b, values: a.values }] })).toThrow('block2');
    expect(() => endRound({ body: new Map() })).toThrow('block2');
  });
});

describe('what a cluster shows', () => {
  test('FED-12: first and last block of the cluster, the blocks between of the body, in the order of the networks', () => {
    const { clusterLayers, body: newBody } = endRound();
    const layers = clusterLayers.get(1) ?? new Map<string, PlainTensor>();
    const gan = clusterGan({ spec, clusterLayers: layers, body: newBody });
    expect([...gan.keys()]).toEqual(ganParameters(spec).map(({ name }) => name));
    for (const [name, tensor] of gan)
      expect(tensor).toBe((/block[15]\./.test(name) ? layers : newBody).get(name));
    const generator = generatorOf({ spec, clusterLayers: layers, body: newBody });
    expect([...generator]).toEqual([...gan].filter(([name]) => name.startsWith('generator.')));
  });
});
