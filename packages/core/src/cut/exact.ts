// The exact optimum of a latency whose four cut positions never mix: the oracle of the paper's model.
import { CUT_POSITIONS, type Genome } from './genome.ts';

/** The most classes for which 4 x 2^classes evaluations are reasonable. */
const MAX_CLASSES = 16;

/**
 * Minimises each of the four bit positions over all 2^classes choices with the others at 0. Exact where the latency is a
 * sum of four terms that each depend on one position, as in `referenceLatency`; not for the measured model. Of equal
 * choices the one with fewer blocks on the devices of the first classes is kept.
 */
export function separableOptimum(
  classes: number,
  latency: (genome: Genome) => number,
): { readonly genome: Genome; readonly seconds: number } {
  if (!Number.isInteger(classes) || classes < 1 || classes > MAX_CLASSES)
    throw new RangeError(`the exact search takes 1 to ${MAX_CLASSES} classes, not ${classes}`);
  const best: Genome = new Uint8Array(classes * CUT_POSITIONS.length);
  for (const position of CUT_POSITIONS.keys()) {
    const trial: Genome = new Uint8Array(best.length);
    let bestSeconds = Infinity;
    for (let mask = 0; mask < 2 ** classes; mask++) {
      for (let c = 0; c < classes; c++) trial[c * CUT_POSITIONS.length + position] = (mask >> c) & 1;
      const seconds = latency(trial);
      if (seconds >= bestSeconds) continue;
      bestSeconds = seconds;
      for (let gene = position; gene < best.length; gene += CUT_POSITIONS.length)
        best[gene] = trial[gene] ?? 0;
    }
  }
  return { genome: best, seconds: latency(best) };
}
