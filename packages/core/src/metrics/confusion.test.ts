import fc from 'fast-check';
import { expect, test } from 'vitest';
import { classificationScores } from './confusion.ts';

/** Scores rounded to ten digits, so that they can be written down. */
function scores(truth: readonly number[], predicted: readonly number[]) {
  const found = Object.entries<number>({ ...classificationScores(truth, predicted) });
  return Object.fromEntries(found.map(([name, value]) => [name, Number(value.toPrecision(10))]));
}

/** Of the labels below, by sklearn.metrics with average='macro' and zero_division=0. */
const SKLEARN = {
  accuracy: 84.5360824742268,
  precision: 70.25529100529101,
  recall: 68.78802776171197,
  f1: 69.1790763182976,
  fpr: 2.9925021764719744,
};

test('MET-1: two classes by hand', () => {
  // Class 0: 2 right, 1 missed, 1 claimed wrongly, 2 rightly not claimed; class 1 the other way round.
  expect(scores([0, 0, 0, 1, 1, 1], [0, 0, 1, 1, 1, 0])).toEqual({
    accuracy: 66.66666667,
    precision: 66.66666667,
    recall: 66.66666667,
    f1: 66.66666667,
    fpr: 33.33333333,
  });
});

test('MET-1: precision and recall are told apart, and every class counts the same', () => {
  // Class 0: TP 3, FN 1, FP 0, TN 1. Class 1: TP 1, FN 0, FP 1, TN 3.
  expect(scores([0, 0, 0, 0, 1], [0, 0, 0, 1, 1])).toEqual({
    accuracy: 80,
    precision: 75,
    recall: 87.5,
    f1: Number((((6 / 7 + 2 / 3) / 2) * 100).toPrecision(10)),
    fpr: 12.5,
  });
});

test('MET-1: a class that is never predicted has precision 0, and one that never occurs has recall 0', () => {
  expect(scores([0, 0, 1, 1], [0, 0, 0, 2])).toEqual({
    accuracy: 50,
    precision: Number(((2 / 3 / 3) * 100).toPrecision(10)),
    recall: Number((100 / 3).toPrecision(10)),
    f1: Number(((0.8 / 3) * 100).toPrecision(10)),
    fpr: Number((((1 / 2 + 0 + 1 / 4) / 3) * 100).toPrecision(10)),
  });
});

test("MET-1: scikit-learn's numbers for 97 labels of five classes with a sixth among the predictions", () => {
  const truth = Array.from({ length: 97 }, (_, i) => (i * i + Math.floor(i / 3)) % 5);
  const predicted = truth.map((label, i) => (i % 4 > 0 ? label : (label * 3 + i) % 6));
  const found = classificationScores(truth, predicted);
  expect(found.accuracy).toBeCloseTo(SKLEARN.accuracy, 10);
  expect(found.precision).toBeCloseTo(SKLEARN.precision, 10);
  expect(found.recall).toBeCloseTo(SKLEARN.recall, 10);
  expect(found.f1).toBeCloseTo(SKLEARN.f1, 10);
  expect(found.fpr).toBeCloseTo(SKLEARN.fpr, 10);
});

test('MET-1: all right is 100 % with no false positive, in any number of classes', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { minLength: 1, maxLength: 50 }), (labels) => {
      const found = classificationScores(labels, labels);
      expect(found).toEqual({ accuracy: 100, precision: 100, recall: 100, f1: 100, fpr: 0 });
    }),
  );
});

test('MET-1: nothing to score, or lists of different lengths, are refused', () => {
  expect(() => classificationScores([], [])).toThrow('no predictions');
  expect(() => classificationScores([0, 1], [0])).toThrow('1 predictions cannot be scored against 2 labels');
});
