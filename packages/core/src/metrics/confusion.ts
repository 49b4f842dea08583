// How well a classifier does on labelled images: accuracy, and the macro averages that the paper reports.

/** Shares in percent, 0 to 100. */
export interface ClassificationScores {
  readonly accuracy: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** The false positive rate. */
  readonly fpr: number;
}

/** Counts of one class seen as "it" against all others. */
interface ClassCounts {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly trueNegatives: number;
}

/**
 * Scores of predictions [n] against the truth [n], both class indices. With TP, FP, FN and TN of each class:
 * precision TP / (TP + FP), recall TP / (TP + FN), F1 = 2 TP / (2 TP + FP + FN), FPR = FP / (FP + TN), where a
 * quotient with nothing below the line is 0 (scikit-learn's `zero_division=0`); each is averaged over the classes that
 * occur in the truth or among the predictions, every class with the same weight. Throws a RangeError when there is
 * nothing to score or the lengths differ.
 */
export function classificationScores(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
): ClassificationScores {
  if (truth.length !== predicted.length)
    throw new RangeError(`${predicted.length} predictions cannot be scored against ${truth.length} labels`);
  if (truth.length === 0) throw new RangeError('there are no predictions to score');
  const counts = countsPerClass(truth, predicted);
  const right = counts.reduce((sum, { truePositives }) => sum + truePositives, 0);
  const macro = (share: (of: ClassCounts) => number) =>
    (100 * counts.reduce((sum, of) => sum + share(of), 0)) / counts.length;
  return {
    accuracy: (100 * right) / truth.length,
    precision: macro((of) => ratio(of.truePositives, of.truePositives + of.falsePositives)),
    recall: macro((of) => ratio(of.truePositives, of.truePositives + of.falseNegatives)),
    f1: macro((of) =>
      ratio(2 * of.truePositives, 2 * of.truePositives + of.falsePositives + of.falseNegatives),
    ),
    fpr: macro((of) => ratio(of.falsePositives, of.falsePositives + of.trueNegatives)),
  };
}

function countsPerClass(truth: ArrayLike<number>, predicted: ArrayLike<number>): ClassCounts[] {
  const [actual, claimed, right] = [
    new Map<number, number>(),
    new Map<number, number>(),
    new Map<number, number>(),
  ];
  for (let i = 0; i < truth.length; i++) {
    const [own, guess] = [truth[i] ?? NaN, predicted[i] ?? NaN];
    increase(actual, own);
    increase(claimed, guess);
    if (own === guess) increase(right, own);
  }
  return [...new Set([...actual.keys(), ...claimed.keys()])].map((label) => {
    const truePositives = right.get(label) ?? 0;
    const falsePositives = (claimed.get(label) ?? 0) - truePositives;
    const falseNegatives = (actual.get(label) ?? 0) - truePositives;
    const trueNegatives = truth.length - truePositives - falsePositives - falseNegatives;
    return { truePositives, falsePositives, falseNegatives, trueNegatives };
  });
}

function increase(counts: Map<number, number>, label: number): void {
  counts.set(label, (counts.get(label) ?? 0) + 1);
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
