import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '../random.ts';
import { enumerateOptimum, geneticSearch, type Genome } from './index.ts';

/** A cost without structure: every genome has its own, drawn from the seed. */
function scrambled(seed: number) {
  return (genome: Genome) => new Random(`${seed}/${genome.join()}`).next();
}

const ones = (genome: Genome) => genome.reduce((sum, gene) => sum + gene, 0);

describe('genetic search', () => {
  test('GENE-2: every genome that is priced is legal, for any number of values a gene', () => {
    const arities = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 4, maxLength: 16 });
    fc.assert(
      fc.property(arities, fc.nat(), (sizes, seed) => {
        const cost = (genome: Genome) => {
          expect(genome).toHaveLength(sizes.length);
          genome.forEach((gene, i) => expect(gene).toBeLessThan(sizes[i] ?? 0));
          return ones(genome);
        };
        const options = { population: 20, generations: 10, random: new Random(seed) };
        const { best, bestOfLast } = geneticSearch({ arities: sizes, cost, ...options });
        expect(cost(best.genome)).toBe(best.cost);
        expect(bestOfLast.cost).toBeGreaterThanOrEqual(best.cost);
      }),
      { numRuns: 30 },
    );
  });

  test('GENE-3: the best is never worse than any genome that was priced', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 5, max: 30 }), (seed, population) => {
        const priced: number[] = [];
        const random = scrambled(seed);
        const cost = (genome: Genome) => {
          priced.push(random(genome));
          return random(genome);
        };
        const arities = Array<number>(10).fill(2);
        const options = { population, generations: 12, random: new Random(seed) };
        const { best, evaluations } = geneticSearch({ arities, cost, ...options });
        expect(best.cost).toBe(Math.min(...priced));
        expect(evaluations).toBe(priced.length);
      }),
      { numRuns: 20 },
    );
  });

  test('GENE-3: the same genome is priced once', () => {
    const priced: string[] = [];
    const cost = (genome: Genome) => {
      priced.push(genome.join());
      return ones(genome);
    };
    geneticSearch({ arities: Array<number>(8).fill(2), cost, random: new Random(2), generations: 30 });
    expect(new Set(priced).size).toBe(priced.length);
  });

  test('GENE-4: it stops after fifty generations without gain, or runs them all when patience has no end', () => {
    const search = { arities: [2, 2, 2, 2], cost: () => 1, random: new Random(3), population: 10 };
    expect(geneticSearch(search).generations).toBe(50);
    expect(geneticSearch({ ...search, patience: Infinity }).generations).toBe(1000);
    expect(geneticSearch({ ...search, generations: 7 }).generations).toBe(7);
  });

  test('GENE-4: a gain starts the count anew', () => {
    let calls = 0;
    const search = { arities: [2, 2, 2, 2], random: new Random(3), population: 5, patience: 4 };
    const numbered = { ...search, arities: Array<number>(60).fill(2), cost: () => -Math.min(calls++, 60) };
    // Five evaluations a generation gain until the twelfth, then four generations do not.
    expect(geneticSearch(numbered).generations).toBe(12 + 4);
  });

  test('GENE-5: the same seed finds the same genome', () => {
    const run = () =>
      geneticSearch({
        arities: Array<number>(20).fill(2),
        cost: scrambled(9),
        random: new Random(4),
        generations: 20,
      });
    expect(run()).toEqual(run());
  });

  test('GENE-5: a population too small for a tournament is refused', () => {
    const search = { arities: [2, 2, 2, 2], cost: () => 1, random: new Random(1), population: 4 };
    expect(() => geneticSearch(search)).toThrow('at least 5 individuals');
  });
});

describe('enumeration', () => {
  test('GENE-6: all genomes are priced once, and the first of the cheapest is kept', () => {
    const arities = [2, 3, 1, 2];
    const seen = new Set<string>();
    const { genome, cost } = enumerateOptimum(arities, (candidate) => {
      expect(seen.has(candidate.join())).toBe(false);
      seen.add(candidate.join());
      return candidate[1] === 2 ? 0 : 1;
    });
    expect(seen.size).toBe(12);
    expect([...genome]).toEqual([0, 2, 0, 0]);
    expect(cost).toBe(0);
  });

  test('GENE-6: more genomes than four classes have are refused', () => {
    expect(() => enumerateOptimum(Array<number>(20).fill(2), () => 0)).toThrow('too many to enumerate');
  });
});
