// Domains of Gaussian points: all modes of a grid, or one of them.
import { GAUSSIAN_GRID, gaussianPoints, gridMeans } from '@tessera/core/data';
import { Random } from '@tessera/core/random';
import { CommandFailure } from '../cli/index.ts';
import { GAUSSIANS, modesOfSource } from '../data/index.ts';
import type { Domain, DomainDescription } from './domain.ts';

/** Points of such a domain, unless the description limits them. */
export const GAUSSIAN_TRAIN = 2_000;
export const GAUSSIAN_TEST = 500;

/** Draws such a domain; throws a CommandFailure for a mode that the grid lacks. */
export function gaussianDomain(description: DomainDescription): Domain {
  const { name, source, grid = GAUSSIAN_GRID, seed = 0, limit, testLimit } = description;
  const { length } = gridMeans(grid);
  const modes = modesOfSource(source, length);
  if (modes.length === 0)
    throw new CommandFailure(
      `nothing is drawn under the name "${source}": choose ${GAUSSIANS} for all modes, or ${GAUSSIANS}:1 to ${GAUSSIANS}:${length} for one.`,
    );
  if (description.only)
    throw new CommandFailure(
      `"only" is for classes of images; one mode of points is ${GAUSSIANS}:1 and so on.`,
    );
  if (description.transform)
    throw new CommandFailure(`"${description.transform}" is for images; drop it, these are points.`);
  const draw = (part: string, count: number) =>
    gaussianPoints({ grid, modes, count, random: new Random(`${source} ${seed} ${part}`) });
  const train = draw('train', limit ?? GAUSSIAN_TRAIN);
  return {
    name,
    classes: train.classNames,
    train,
    test: draw('test', testLimit ?? GAUSSIAN_TEST),
    notes: [],
  };
}
