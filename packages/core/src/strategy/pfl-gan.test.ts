import { describe, expect, test } from 'vitest';
import { cganSpec, wholeCut } from '../architecture/index.ts';
import { deviceParameters } from '../federate/index.ts';
import { Random } from '../random.ts';
import { elementCount, type PlainTensor } from '../tensors/index.ts';
import { declarationOf, strategyOf, syntheticLabels, syntheticTensors } from './index.ts';
import { partDivergence, partMoments } from './likeness-of-images.ts';

const sharing = strategyOf('pfl-gan').synthetic;
if (!sharing) throw new Error('PFL-GAN shares images');
const spec = cganSpec({ width: 1 / 16, zDim: 4 });
const labels = syntheticLabels(sharing, spec);

/** Noise around a brightness; the first pixel of every row says in hundredths whose it is. */
function imagesOf(mark: number, brightness: number, rows = labels.length): PlainTensor {
  const random = new Random(`${mark}`);
  const shape = [rows, ...spec.imageShape];
  const size = elementCount(spec.imageShape);
  const data = Float32Array.from({ length: elementCount(shape) }, (_, i) =>
    i % size === 0 ? mark / 100 : brightness + 0.3 * random.normal(),
  );
  return { shape, data };
}

/** How many of a device's rows came from each mark. */
function sourcesOf(images: PlainTensor | undefined): Map<number, number> {
  const size = elementCount(spec.imageShape);
  const counts = new Map<number, number>();
  for (let row = 0; row < labels.length; row++) {
    const mark = Math.round(100 * (images?.data[row * size] ?? NaN));
    counts.set(mark, (counts.get(mark) ?? 0) + 1);
  }
  return counts;
}

describe('how much sets of images look alike', () => {
  test('PFL-1: moments of 4 x 4 parts, channel by channel', () => {
    const size = 8 * 8 * 2;
    // Two images: channel 0 is x in the first and 0 in the second, channel 1 is 1 in both.
    const data = Float32Array.from({ length: 2 * size }, (_, i) => {
      const [image, x, channel] = [Math.floor(i / size), Math.floor(i / 2) % 8, i % 2];
      return channel === 1 ? 1 : (1 - image) * x;
    });
    const { mean, variance } = partMoments({ shape: [2, 8, 8, 2], data });
    expect([...mean]).toEqual([0.75, 1, 2.75, 1, 0.75, 1, 2.75, 1]);
    const wanted = [0.75 ** 2, 0, 2.75 ** 2, 0, 0.75 ** 2, 0, 2.75 ** 2, 0];
    for (const [part, value] of variance.entries())
      expect(value).toBeCloseTo((wanted[part] ?? NaN) + 0.01, 12);
  });

  test('PFL-1: the divergence is that of normal distributions both ways, and 0 for equal ones', () => {
    const a = { mean: Float64Array.of(0, 1), variance: Float64Array.of(1, 2) };
    const b = { mean: Float64Array.of(2, 1), variance: Float64Array.of(4, 2) };
    // KL(N(0,1), N(2,4)) = (1 + 4) / 8 - 1/2 + ln 2, the other way (4 + 4) / 2 - 1/2 - ln 2; the second part is equal.
    expect(partDivergence(a, b)).toBeCloseTo((5 / 8 - 0.5 + 4 - 0.5) / 2, 12);
    expect(partDivergence(b, a)).toBe(partDivergence(a, b));
    expect(partDivergence(a, a)).toBe(0);
  });
});

describe('PFL-GAN between rounds', () => {
  test('PFL-2: nobody gets its own images, and similar devices give by far the most', () => {
    const drawn = new Map([
      ['d', imagesOf(4, 0.6)],
      ['a', imagesOf(1, -0.6)],
      ['c', imagesOf(3, 0.6)],
      ['b', imagesOf(2, -0.6)],
    ]);
    const given = sharing.deal(drawn, new Random(1));
    expect([...given.keys()].sort()).toEqual(['a', 'b', 'c', 'd']);
    for (const [id, own, twin] of [
      ['a', 1, 2],
      ['b', 2, 1],
      ['c', 3, 4],
      ['d', 4, 3],
    ] as const) {
      const counts = sourcesOf(given.get(id));
      expect(counts.get(own)).toBeUndefined();
      expect(counts.get(twin)).toBeGreaterThan(0.9 * labels.length);
    }
    expect(sharing.deal(drawn, new Random(1))).toEqual(given);
    expect(sharing.deal(new Map([...drawn].reverse()), new Random(1))).toEqual(given);
  });

  test('PFL-2: devices that are equally far give equally much, and every row keeps its place and so its label', () => {
    const ids = ['a', 'b', 'c', 'd', 'e'];
    const drawn = new Map(ids.map((id, i) => [id, imagesOf(i, 0)]));
    const given = sharing.deal(drawn, new Random(2)).get('a');
    const counts = sourcesOf(given);
    // 200 rows of 4 sources: 50 each, a deviation of 6.1; similarity by chance may move the chances a little.
    for (const mark of [1, 2, 3, 4]) expect(Math.abs((counts.get(mark) ?? 0) - 50)).toBeLessThan(30);
    const size = elementCount(spec.imageShape);
    for (const row of labels.keys()) {
      const own = given?.data.subarray(row * size, (row + 1) * size);
      const source = drawn
        .get(ids[Math.round(100 * (own?.[0] ?? NaN))] ?? '')
        ?.data.subarray(row * size, (row + 1) * size);
      expect(own).toEqual(source);
    }
  });

  test('PFL-2: one device alone gets nothing; equal images are shared equally', () => {
    expect(sharing.deal(new Map([['a', imagesOf(1, 0)]]), new Random(1)).size).toBe(0);
    const same = imagesOf(1, 0);
    const given = sharing.deal(
      new Map([
        ['a', same],
        ['b', same],
      ]),
      new Random(1),
    );
    expect(given.get('a')).toEqual(same);
  });

  test('PFL-3: labels are known to both sides, as many of each class, and so is what the frame holds', () => {
    for (const classes of [1, 7, 10, 64]) {
      const own = syntheticLabels(sharing, { ...spec, classes });
      const counts = Array.from({ length: classes }, (_, c) => own.filter((label) => label === c).length);
      expect(new Set(counts).size).toBe(1);
      expect(own.length).toBeGreaterThanOrEqual(sharing.images);
      expect(syntheticTensors(sharing, { ...spec, classes })[0].shape).toEqual([own.length, 28, 28, 1]);
    }
  });

  test('PFL-4: every device keeps its own networks, and the sharing is declared', () => {
    const cut = wholeCut(spec, 'local');
    const devices = ['b', 'a'].map((id) => {
      const random = new Random(id);
      const values = new Map(
        deviceParameters(spec, cut).map(({ name, shape }): [string, PlainTensor] => [
          name,
          { shape, data: Float32Array.from({ length: elementCount(shape) }, () => random.normal()) },
        ]),
      );
      return { id, cut, samples: 100, values };
    });
    const { clusters, clusterLayers } = strategyOf('pfl-gan').federate({
      spec,
      round: 3,
      warmUpRounds: 2,
      alpha: 1,
      devices,
      body: new Map(),
      clustering: { kMax: 8 },
      previousClusters: new Map(),
      random: new Random(1),
    });
    for (const { id, values } of devices) expect(clusterLayers.get(clusters.get(id) ?? -1)).toEqual(values);
    expect(declarationOf(strategyOf('pfl-gan')).synthetic).toBe(true);
  });
});
