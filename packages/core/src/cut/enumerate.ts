// Every genome, one after the other: the oracle of any cost model for few classes.
import type { Genome } from './genome.ts';

/** Four classes of sixteen cuts. */
export const MAX_ENUMERATED = 16 ** 4;

/** The genome of the smallest cost, the first of equals; throws above `MAX_ENUMERATED` genomes. */
export function enumerateOptimum(
  arities: readonly number[],
  cost: (genome: Genome) => number,
): { readonly genome: Genome; readonly cost: number } {
  const size = arities.reduce((product, arity) => product * arity, 1);
  if (size > MAX_ENUMERATED)
    throw new RangeError(`${size} genomes are too many to enumerate; the limit is ${MAX_ENUMERATED}`);
  const genome: Genome = new Uint8Array(arities.length);
  let best = { genome: genome.slice(), cost: cost(genome) };
  for (let count = 1; count < size; count++) {
    advance(genome, arities);
    const found = cost(genome);
    if (found < best.cost) best = { genome: genome.slice(), cost: found };
  }
  return best;
}

/** Counts up by one in the mixed radix of the arities, the last gene fastest. */
function advance(genome: Genome, arities: readonly number[]): void {
  for (let gene = genome.length - 1; gene >= 0; gene--) {
    const next = (genome[gene] ?? 0) + 1;
    if (next < (arities[gene] ?? 1)) {
      genome[gene] = next;
      return;
    }
    genome[gene] = 0;
  }
}
