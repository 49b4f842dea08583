import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { softmax } from './softmax.ts';

describe('weights of scores', () => {
  test('TIER-1: scores of -0.2, -0.9 and -1.6 weigh 0.573663, 0.284873 and 0.141464, and come to -0.597460', () => {
    const scores = [-0.2, -0.9, -1.6];
    const weights = softmax(scores);
    [0.573663, 0.284873, 0.141464].forEach((weight, i) => expect(weights[i]).toBeCloseTo(weight, 6));
    expect(weights.reduce((sum, weight, i) => sum + weight * (scores[i] ?? NaN), 0)).toBeCloseTo(-0.59746, 6);
  });

  test('TIER-1: they sum to 1, follow the order of the scores, and move with none that is added to all', () => {
    const score = fc.double({ min: -50, max: 50, noNaN: true });
    fc.assert(
      fc.property(fc.array(score, { minLength: 1, maxLength: 8 }), score, (scores, shift) => {
        const weights = softmax(scores);
        expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
        const shifted = softmax(scores.map((each) => each + shift));
        weights.forEach((weight, i) => {
          expect(shifted[i]).toBeCloseTo(weight, 9);
          scores.forEach((other, j) => {
            if (other > (scores[i] ?? NaN)) expect(weights[j]).toBeGreaterThanOrEqual(weight);
          });
        });
      }),
    );
  });

  test('TIER-1: scores that are not finite, and none at all, are refused', () => {
    for (const score of [NaN, Infinity, -Infinity])
      expect(() => softmax([0, score])).toThrow('a score must be a finite number');
    expect(() => softmax([])).toThrow('at least one score');
  });
});
