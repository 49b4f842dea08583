import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Random } from '../random.ts';
import { featureMoments, frechetDistance, type FeatureMoments } from './frechet.ts';

function diagonal(mean: readonly number[], variances: readonly number[]): FeatureMoments {
  const covariance = new Float64Array(mean.length ** 2);
  variances.forEach((variance, i) => (covariance[i * mean.length + i] = variance));
  return { mean: Float64Array.from(mean), covariance };
}

/** The rows that the numbers from numpy and scipy were made of. */
function waves(rows: number, dimensions: number, { a, b, times = 1, plus = 0 }: Wave): FeatureMoments {
  const values = Float32Array.from({ length: rows * dimensions }, (_, i) => Math.sin(a * i + b * i * i));
  return featureMoments(
    values.map((value) => value * times + plus),
    dimensions,
  );
}

interface Wave {
  readonly a: number;
  readonly b: number;
  readonly times?: number;
  readonly plus?: number;
}

test('MET-3: mean and unbiased covariance by hand', () => {
  const { mean, covariance } = featureMoments(Float32Array.of(1, 2, 3, 6, 5, 4), 2);
  expect([...mean]).toEqual([3, 4]);
  expect([...covariance]).toEqual([4, 2, 2, 4]);
});

test('MET-3: in one dimension it is (m₁ - m₂)² + (σ₁ - σ₂)²', () => {
  expect(frechetDistance(diagonal([1], [4]), diagonal([4], [25]))).toBeCloseTo(9 + 9, 12);
});

test('MET-3: of independent features it is the sum over the features', () => {
  const found = frechetDistance(diagonal([0, 1, 0], [1, 9, 0]), diagonal([2, 1, 0], [16, 1, 4]));
  expect(found).toBeCloseTo(4 + (1 - 4) ** 2 + (3 - 1) ** 2 + (0 - 2) ** 2, 10);
});

test('MET-3: a correlated pair by hand', () => {
  // Both covariances have the eigenvectors (1, 1) and (1, -1): the roots of the eigenvalues are compared.
  const [a, b] = [diagonal([0, 0], [2, 2]), diagonal([0, 0], [5, 5])];
  a.covariance[1] = a.covariance[2] = 1;
  b.covariance[1] = b.covariance[2] = 4;
  expect(frechetDistance(a, b)).toBeCloseTo((Math.sqrt(3) - 3) ** 2 + (1 - 1) ** 2, 10);
});

test('MET-3: the number of numpy and scipy for 40 and 50 rows of six features', () => {
  const found = frechetDistance(
    waves(40, 6, { a: 0.37, b: 0.011 }),
    waves(50, 6, { a: 0.91, b: 0.007, plus: 0.25 }),
  );
  expect(found).toBeCloseTo(0.7270172311510934, 6);
});

// With fewer rows than features scipy's root of the product is off by 1e-8 and more; the expected trace is the sum of
// the singular values of the centred rows' products, which is exact for any rank.
test.each([
  ['5 and 9 rows of 16 features', 16, [5, 9], { b1: 0.011, b2: 0.007, times: 2 }, 27.97596579024051],
  [
    '60 and 80 rows of 128 features',
    128,
    [60, 80],
    { b1: 0.00011, b2: 0.00007, times: 3 },
    413.3863572052494,
  ],
])('MET-3: covariances without full rank: %s', (_, dimensions, [first = 0, second = 0], wave, expected) => {
  const found = frechetDistance(
    waves(first, dimensions, { a: 0.37, b: wave.b1 }),
    waves(second, dimensions, { a: 0.91, b: wave.b2, times: wave.times }),
  );
  expect(Math.abs(found - expected) / expected).toBeLessThan(1e-6);
});

test('MET-3: it is 0 for a set and itself, never negative, and the same both ways', () => {
  const shape = fc.record({ rows: fc.integer({ min: 2, max: 12 }), seed: fc.integer() });
  fc.assert(
    fc.property(shape, shape, (one, other) => {
      const moments = ({ rows, seed }: { rows: number; seed: number }) => {
        const random = new Random(seed);
        return featureMoments(
          Float32Array.from({ length: rows * 5 }, () => Math.max(0, random.normal())),
          5,
        );
      };
      const [a, b] = [moments(one), moments(other)];
      expect(frechetDistance(a, a)).toBeLessThan(1e-6);
      const distance = frechetDistance(a, b);
      expect(distance).toBeGreaterThanOrEqual(0);
      expect(Math.abs(distance - frechetDistance(b, a))).toBeLessThan(1e-6);
    }),
  );
});

test('MET-3: sets without any spread differ by their means alone', () => {
  const still = (value: number) => featureMoments(new Float32Array(8).fill(value), 4);
  expect(frechetDistance(still(1), still(3))).toBe(16);
});

test('MET-3: one row, a part of a row, numbers that are not finite and unequal features are refused', () => {
  expect(() => featureMoments(new Float32Array(3), 3)).toThrow('give more images');
  expect(() => featureMoments(new Float32Array(7), 3)).toThrow('give more images');
  expect(() => featureMoments(Float32Array.of(1, 2, Infinity, 3), 2)).toThrow('not a finite number');
  expect(() => frechetDistance(diagonal([0], [1]), diagonal([0, 0], [1, 1]))).toThrow('cannot be compared');
});
