// Some of a set's classes: what an experiment on shoes takes of all garments.
import { type ImageSet, narrowImages } from '@tessera/core/data';
import { Random } from '@tessera/core/random';
import { CommandFailure } from '../cli/index.ts';

/**
 * The images of these classes alone (indices, each once), which become the classes 0, 1, … in the order given. Throws a
 * CommandFailure about a class that the set does not have.
 */
export function onlyClasses(set: ImageSet, only: readonly number[]): ImageSet {
  const missing = only.find((index) => set.classNames[index] === undefined);
  if (missing !== undefined)
    throw new CommandFailure(
      `it has no class ${missing}: its classes are ${set.classNames.map((name, i) => `${i} ${name}`).join(', ')}.`,
    );
  // Without a limit nothing is chosen at random.
  const some = narrowImages(set, { only, random: new Random('all') });
  return {
    ...some,
    labels: some.labels.map((label) => only.indexOf(label)),
    classNames: only.map((index) => set.classNames[index] ?? ''),
  };
}
