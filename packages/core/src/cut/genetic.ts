// The paper's genetic search for the genome of least cost.
import type { Random } from '../random.ts';
import type { Genome } from './genome.ts';

const TOURNAMENT_SIZE = 5;
const CROSSOVER_RATE = 0.7;
/** Share of crossovers that choose gene by gene; the others exchange the genes between two points. */
const UNIFORM_SHARE = 0.5;
const MUTATION_RATE = 0.01;
/** Costs remembered at most: 65,536 genomes, some 4 MB. */
const CACHE_LIMIT = 1 << 16;

/** What is searched, and for how long. */
export interface GeneticSearch {
  /** How many values each gene can take; 2 is the paper's bit. */
  readonly arities: readonly number[];
  /** Smaller is better; the same genome always costs the same. */
  readonly cost: (genome: Genome) => number;
  readonly random: Random;
  /** 1,000 in the paper and by default. */
  readonly population?: number;
  /** At most so many; 1,000 in the paper and by default. */
  readonly generations?: number;
  /** Ends after so many generations without gain; 50 by default, Infinity in the paper. */
  readonly patience?: number;
}

/** A genome and what it costs. */
export interface Individual {
  readonly genome: Genome;
  readonly cost: number;
}

/** How a search ended. */
export interface GeneticResult {
  /** The best that was ever seen. */
  readonly best: Individual;
  /** The best of the last generation: the paper's answer, which keeps no elite. */
  readonly bestOfLast: Individual;
  readonly generations: number;
  /** How often the cost was computed; what is remembered does not count. */
  readonly evaluations: number;
}

/**
 * Minimises the cost (operators and rates of arXiv 2507.12979): tournaments of five for each parent, crossover at 0.7
 * (half of them uniform with a mask for each child, half two-point), every gene changed with probability 0.01, the
 * children replace the parents.
 */
export function geneticSearch(search: GeneticSearch): GeneticResult {
  const { arities, random, population = 1000, generations = 1000, patience = 50 } = search;
  if (population < TOURNAMENT_SIZE)
    throw new RangeError(`a population has at least ${TOURNAMENT_SIZE} individuals, not ${population}`);
  const memory = rememberCosts(search);
  const individual = (genome: Genome): Individual => ({ genome, cost: memory.cost(genome) });

  let people = Array.from({ length: population }, () =>
    individual(Uint8Array.from(arities, (arity) => random.integer(arity))),
  );
  let bestOfLast = bestOf(people);
  let best = bestOfLast;
  let generation = 0;
  for (let lastGain = 0; generation < generations && generation - lastGain < patience;) {
    generation++;
    const children: Individual[] = [];
    while (children.length < population) {
      const pair = crossOver(tournament(people, random).genome, tournament(people, random).genome, random);
      for (const child of pair)
        if (children.length < population) children.push(individual(mutate(child, arities, random)));
    }
    people = children;
    bestOfLast = bestOf(people);
    if (bestOfLast.cost < best.cost) {
      best = bestOfLast;
      lastGain = generation;
    }
  }
  return { best, bestOfLast, generations: generation, evaluations: memory.evaluations() };
}

function bestOf(people: readonly Individual[]): Individual {
  return people.reduce((best, other) => (other.cost < best.cost ? other : best));
}

/** The best of five different individuals. */
function tournament(people: readonly Individual[], random: Random): Individual {
  const drawn: number[] = [];
  while (drawn.length < TOURNAMENT_SIZE) {
    const index = random.integer(people.length);
    if (!drawn.includes(index)) drawn.push(index);
  }
  return bestOf(drawn.flatMap((index) => people[index] ?? []));
}

function crossOver(a: Genome, b: Genome, random: Random): [Genome, Genome] {
  if (random.next() >= CROSSOVER_RATE) return [a.slice(), b.slice()];
  if (random.next() < UNIFORM_SHARE) {
    const mixed = (mine: Genome, other: Genome) =>
      mine.map((gene, i) => (random.next() < 0.5 ? gene : (other[i] ?? gene)));
    return [mixed(a, b), mixed(b, a)];
  }
  const from = 1 + random.integer(a.length - 2);
  const to = from + 1 + random.integer(a.length - 1 - from);
  const swapped = (mine: Genome, other: Genome) => {
    const child = mine.slice();
    child.set(other.subarray(from, to), from);
    return child;
  };
  return [swapped(a, b), swapped(b, a)];
}

/** Gives each gene, with the mutation's rate, another of its values: a bit flips. Changes the genome in place. */
function mutate(genome: Genome, arities: readonly number[], random: Random): Genome {
  for (let i = 0; i < genome.length; i++) {
    const arity = arities[i] ?? 1;
    if (random.next() < MUTATION_RATE && arity > 1)
      genome[i] = ((genome[i] ?? 0) + 1 + random.integer(arity - 1)) % arity;
  }
  return genome;
}

/** The cost function with a bounded memory, where the genomes can be numbered without loss. */
function rememberCosts({ arities, cost }: GeneticSearch) {
  const numbered = Number.isSafeInteger(arities.reduce((product, arity) => product * arity, 1));
  const known = new Map<number, number>();
  let evaluations = 0;
  const evaluate = (genome: Genome) => {
    evaluations++;
    return cost(genome);
  };
  const remembered = (genome: Genome) => {
    let key = 0;
    for (const [i, arity] of arities.entries()) key = key * arity + (genome[i] ?? 0);
    const before = known.get(key);
    if (before !== undefined) return before;
    const value = evaluate(genome);
    if (known.size < CACHE_LIMIT) known.set(key, value);
    return value;
  };
  return { cost: numbered ? remembered : evaluate, evaluations: () => evaluations };
}
