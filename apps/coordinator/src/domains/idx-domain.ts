// A domain from IDX files: its parts, and the names of its classes.
import { MIN_IMAGES } from '@tessera/core/data';
import { CommandFailure } from '../cli/index.ts';
import { type FoundSets, thousands } from './domain.ts';
import { type IdxPart, readClassNames, readIdxPart } from './idx-folder.ts';
import type { KnownSet } from './known-sets.ts';

/** Both parts of a folder of IDX files; throws a CommandFailure, or the DataError of a damaged file. */
export async function readIdxSets(folder: string, known?: KnownSet): Promise<FoundSets> {
  const train = await readIdxPart(folder, 'train');
  const test = await readIdxPart(folder, 'test');
  if (train.shape.some((size, i) => size !== test.shape[i])) {
    throw new CommandFailure(
      `${folder} holds training images of ${train.shape.join('x')} and test images of ${test.shape.join('x')}: they must be alike.`,
    );
  }
  if (train.labels.length < MIN_IMAGES || test.labels.length === 0) {
    throw new CommandFailure(
      `${folder} holds ${train.labels.length} training and ${test.labels.length} test images: ${MIN_IMAGES} and 1 are the least.`,
    );
  }
  requireSameLabels(folder, train, test);
  const classNames = known?.classes ?? (await readClassNames(folder)) ?? numberedClasses(train);
  const largest = largestLabel(train);
  if (largest >= classNames.length) {
    throw new CommandFailure(
      `${folder} holds images with the label ${largest}, and ${known?.title ?? 'its classes.txt'} has the classes 0 to ${classNames.length - 1}.`,
    );
  }
  return {
    train: { ...train, classNames },
    test: { ...test, classNames },
    notes: known ? sizeNotes(known, train.labels.length, test.labels.length) : [],
  };
}

/** In which parts the files at hand are smaller (or larger) than the publisher's. */
export function sizeNotes(known: KnownSet, train: number, test: number): string[] {
  const note = (count: number, whole: number, kind: string) =>
    count === whole
      ? []
      : [
          `${known.title} here has ${thousands(count)} ${kind} images, the original has ${thousands(whole)}` +
            `${known.splitHere ? ' (80 % and 20 % of one set)' : ''}.`,
        ];
  return [...note(train, known.train, 'training'), ...note(test, known.test, 'test')];
}

/** Scores of a class that only one part knows would mean nothing. */
function requireSameLabels(folder: string, train: IdxPart, test: IdxPart): void {
  const [inTrain, inTest] = [new Set(train.labels), new Set(test.labels)];
  const missing = (from: Set<number>, other: Set<number>) =>
    [...from].filter((label) => !other.has(label)).sort((a, b) => a - b);
  const [untested, untrained] = [missing(inTrain, inTest), missing(inTest, inTrain)];
  if (untested.length === 0 && untrained.length === 0) return;
  const faults = [
    ...(untested.length > 0 ? [`the labels ${untested.join(', ')} occur in the training part only`] : []),
    ...(untrained.length > 0 ? [`the labels ${untrained.join(', ')} occur in the test part only`] : []),
  ];
  throw new CommandFailure(
    `The classes of ${folder} differ between training and test: ${faults.join(', ')}. Both parts need the same classes.`,
  );
}

function numberedClasses(part: IdxPart): string[] {
  return Array.from({ length: largestLabel(part) + 1 }, (_, label) => String(label));
}

function largestLabel({ labels }: IdxPart): number {
  return labels.reduce((largest, label) => Math.max(largest, label), 0);
}
