import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cganSpec, withoutLabels } from '../architecture/index.ts';
import { Random } from '../random.ts';
import {
  cutCode,
  cutOfGenes,
  ganCosts,
  geneticSearch,
  PAPER_COUNTS,
  PAPER_SERVER,
  paperClasses,
  rateOf,
  referenceLatency,
  separableOptimum,
  speedOf,
  type Genome,
  type RateUnit,
  type ReferenceModel,
} from './index.ts';

const conditional = ganCosts(cganSpec(), 64);
const unconditional = ganCosts(withoutLabels(cganSpec()), 64);

function model(
  costs: ReferenceModel['costs'],
  indexing: ReferenceModel['indexing'],
  unit: RateUnit = 'bytes',
): ReferenceModel {
  const server = { gigaflopsPerSecond: speedOf(PAPER_SERVER), bytesPerSecond: rateOf(PAPER_SERVER, unit) };
  return { costs, classes: paperClasses(PAPER_COUNTS, unit), server, indexing };
}

/** The codes of the seven profiles, '0000 1111 …'. */
function codes(genome: Genome): string {
  return Array.from({ length: genome.length / 4 }, (_, c) =>
    cutCode(cutOfGenes(genome.subarray(4 * c, 4 * c + 4))),
  ).join(' ');
}

/** Latencies when all devices take cut 0000, 0001, … 1111. */
const HOMOGENEOUS = [
  {
    name: 'conditional table, published indexing',
    of: model(conditional, 'published'),
    seconds: [
      16.902813302095236, 28.04518726323809, 31.977878524190473, 43.12025248533333, 93.25336741409524,
      104.39574137523809, 108.32843263619047, 119.47080659733334, 93.37778477942857, 104.52015874057142,
      108.45285000152381, 119.59522396266667, 169.7283388914286, 180.87071285257144, 184.8034041135238,
      195.94577807466666,
    ],
  },
  {
    name: 'conditional table, corrected indexing',
    of: model(conditional, 'corrected'),
    seconds: [
      16.964946940190472, 28.107320901333328, 31.974533457523805, 43.11690741866666, 93.31550105219047,
      104.45787501333332, 108.3250875695238, 119.46746153066667, 93.44326348419047, 104.58563744533332,
      108.45285000152381, 119.59522396266667, 169.79381759619048, 180.93619155733336, 184.8034041135238,
      195.94577807466666,
    ],
  },
  {
    name: 'first table, published indexing',
    of: model(unconditional, 'published'),
    seconds: [
      16.514785568761905, 27.65715952990476, 31.58985079085714, 42.73222475199999, 92.86533968076192,
      104.00771364190476, 107.94040490285714, 119.082778864, 92.98975704609525, 104.1321310072381,
      108.06482226819048, 119.20719622933333, 169.34031115809523, 180.48268511923808, 184.41537638019048,
      195.55775034133333,
    ],
  },
  {
    name: 'first table, corrected indexing',
    of: model(unconditional, 'corrected'),
    seconds: [
      16.57691920685714, 27.719293167999997, 31.586505724190477, 42.72887968533333, 92.92747331885715,
      104.06984728, 107.93705983619047, 119.07943379733334, 93.05523575085715, 104.197609712,
      108.06482226819048, 119.20719622933333, 169.40578986285715, 180.548163824, 184.41537638019048,
      195.55775034133333,
    ],
  },
];

const OPTIMA = [
  {
    name: 'conditional, published indexing',
    of: model(conditional, 'published'),
    seconds: 8.01981346801998,
    cuts: '0000 1111 1111 1111 0010 1110 1111',
  },
  {
    name: 'conditional, corrected indexing',
    of: model(conditional, 'corrected'),
    seconds: 8.028043868019981,
    cuts: '0000 1111 1111 1111 0010 1110 1111',
  },
  {
    name: 'conditional, corrected indexing, rates in bits',
    of: model(conditional, 'corrected', 'bits'),
    seconds: 11.642840881353314,
    cuts: '0000 1111 1111 1111 0110 1110 1111',
  },
  {
    name: 'first table, published indexing',
    of: model(unconditional, 'published'),
    seconds: 7.674216369353314,
    cuts: '0000 1111 1111 1111 0000 1110 1111',
  },
  {
    name: 'first table, corrected indexing',
    of: model(unconditional, 'corrected'),
    seconds: 7.68147823601998,
    cuts: '0000 1111 1111 1111 0010 1110 1111',
  },
  {
    name: 'first table, corrected indexing, rates in bits',
    of: model(unconditional, 'corrected', 'bits'),
    seconds: 11.262556977353313,
    cuts: '0000 1111 1111 1111 0110 1110 1111',
  },
];

describe("the paper's latency", () => {
  test.each(HOMOGENEOUS)(
    'COST-3: sixteen uniform genomes cost what is published: $name',
    ({ of, seconds }) => {
      for (const [index, expected] of seconds.entries()) {
        const genome = Uint8Array.from({ length: 28 }, (_, i) => (index >> (3 - (i % 4))) & 1);
        expect(referenceLatency(of, genome).seconds).toBeCloseTo(expected, 10);
      }
    },
  );

  test.each(OPTIMA)('COST-4: the exact optimum is the known one: $name', ({ of, seconds, cuts }) => {
    const optimum = separableOptimum(7, (genome) => referenceLatency(of, genome).seconds);
    expect(optimum.seconds).toBeCloseTo(seconds, 10);
    expect(codes(optimum.genome)).toBe(cuts);
  });

  test('COST-5: the parts of the optimum are the known ones', () => {
    const of = model(conditional, 'published');
    const { genome } = separableOptimum(7, (genes) => referenceLatency(of, genes).seconds);
    const parts = referenceLatency(of, genome);
    expect(parts.serverSeconds).toBeCloseTo(5.5243778194285715, 10);
    const expected = [
      [parts.generator.forward, [0.9976326826666666, 0.5528917333333334, 0.6832884053333332]],
      [parts.discriminator.forward, [0.5862145706666667, 0.13828266666666666, 0.04453916173426573]],
      [parts.generator.backward, [1.596148736, 1.104349866666667, 1.4925687466666666]],
      [parts.discriminator.backward, [0.11651360228571428, 0.2761472, 0.43123609599999996]],
    ] as const;
    for (const [stages, values] of expected)
      values.forEach((value, index) => expect(stages[index]).toBeCloseTo(value, 10));
  });

  test('COST-5: the parts of the optimum of the first table are the known ones', () => {
    const of = model(unconditional, 'published');
    const { genome } = separableOptimum(7, (genes) => referenceLatency(of, genes).seconds);
    const parts = referenceLatency(of, genome);
    expect(parts.serverSeconds).toBeCloseTo(5.566808454095238, 10);
    expect(parts.generator.forward[0]).toBeCloseTo(0.9641820159999999, 10);
    expect(parts.discriminator.forward[0]).toBeCloseTo(0.44287010133333327, 10);
    expect(parts.generator.backward[2]).toBeCloseTo(1.4591180799999999, 10);
    expect(parts.discriminator.backward[2]).toBeCloseTo(0.2958848, 10);
  });

  test('COST-6: the latency separates by cut position, so the exact search is exact', () => {
    const bits = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 28, maxLength: 28 });
    const of = model(conditional, 'corrected');
    const latency = (genome: ArrayLike<number>) => referenceLatency(of, genome).seconds;
    const optimum = separableOptimum(7, latency).seconds;
    fc.assert(
      fc.property(bits, bits, fc.integer({ min: 0, max: 3 }), (a, b, position) => {
        const swap = (mine: number[], other: number[]) =>
          mine.map((gene, i) => (i % 4 === position ? (other[i] ?? gene) : gene));
        expect(latency(swap(a, b)) + latency(swap(b, a))).toBeCloseTo(latency(a) + latency(b), 9);
        expect(latency(a)).toBeGreaterThanOrEqual(optimum - 1e-12);
      }),
    );
  });

  test('COST-6: networks of other than five blocks are refused', () => {
    const of = model(ganCosts(cganSpec({ blocks: 6 }), 64), 'corrected');
    expect(() => referenceLatency(of, new Uint8Array(28))).toThrow('networks of 5 blocks, not 6');
  });
});

describe('genetic search on it', () => {
  test.each(OPTIMA)('GENE-1: the search ends at the exact optimum: $name', ({ of, seconds }) => {
    const { best, generations } = geneticSearch({
      arities: Array<number>(28).fill(2),
      cost: (genome) => referenceLatency(of, genome).seconds,
      random: new Random(1),
    });
    expect(best.cost).toBeCloseTo(seconds, 10);
    expect(generations).toBeLessThan(300);
  });
});
