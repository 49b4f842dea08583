// Cuts as genes: four small numbers for each class of devices.
import { alwaysRemoteBlock, type Cut, type GanSpec } from '../architecture/index.ts';

/** The four cut positions in the order of the genes. */
export const CUT_POSITIONS = ['gHead', 'gTail', 'dHead', 'dTail'] as const satisfies readonly (keyof Cut)[];

/** Genes of all classes, one after the other; a gene is the number of blocks beyond the compulsory one. */
export type Genome = Uint8Array;

/** Every legal cut of a run's networks, and how genes name them. */
export interface CutSpace {
  /** How many values each of a class's four genes can take: [2, 2, 2, 2] for networks of five blocks. */
  readonly arities: readonly number[];
  /** All legal cuts; the first gene varies slowest. */
  readonly cuts: readonly Cut[];
}

/** The cuts of a pair of networks, at most `deepest` blocks at an end: sixteen for five blocks. */
export function cutSpace({ generator, discriminator }: GanSpec, deepest = Infinity): CutSpace {
  const arities = [generator, discriminator].flatMap((network) => {
    const remote = alwaysRemoteBlock(network);
    return [remote - 1, network.blocks.length - remote].map((blocks) => Math.min(blocks, deepest));
  });
  const size = arities.reduce((product, arity) => product * arity, 1);
  const cuts = Array.from({ length: size }, (_, index) => {
    const genes = arities.map((arity, position) => {
      const step = arities.slice(position + 1).reduce((product, other) => product * other, 1);
      return Math.floor(index / step) % arity;
    });
    return cutOfGenes(genes);
  });
  return { arities, cuts };
}

/** The place in `space.cuts` of the cut that the genome gives a class. */
export function cutIndex({ arities }: CutSpace, genome: ArrayLike<number>, classIndex: number): number {
  let index = 0;
  for (let position = 0; position < arities.length; position++)
    index = index * (arities[position] ?? NaN) + (genome[classIndex * arities.length + position] ?? NaN);
  return index;
}

/** The genes of one cut. */
export function genesOf(cut: Cut): number[] {
  return CUT_POSITIONS.map((position) => cut[position] - 1);
}

/** The cut that four genes name. */
export function cutOfGenes(genes: ArrayLike<number>): Cut {
  const [gHead, gTail, dHead, dTail] = Array.from(genes, (gene) => gene + 1);
  if (gHead === undefined || gTail === undefined || dHead === undefined || dTail === undefined)
    throw new RangeError(`a cut has four genes, not ${genes.length}`);
  return { gHead, gTail, dHead, dTail };
}

/** The paper's way to write a cut: '0010' moves one more block to the discriminator's head. */
export function cutCode(cut: Cut): string {
  return genesOf(cut).join('');
}
