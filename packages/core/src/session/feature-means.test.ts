import { describe, expect, test } from 'vitest';
import type { PlainTensor } from '../tensors/index.ts';
import { FeatureMeans, featureSteps } from './feature-means.ts';

const features = (...values: number[]): PlainTensor => ({
  shape: [1, values.length],
  data: Float32Array.from(values),
});

describe('features over several steps', () => {
  test('STEPS-18: as many steps give features as make 64 images', () => {
    expect([64, 100, 32, 16, 8, 7].map(featureSteps)).toEqual([1, 1, 2, 4, 8, 10]);
  });

  test('STEPS-18: a device’s features are the mean over the steps that it took part in', () => {
    const means = new FeatureMeans();
    means.add(
      new Map([
        ['a', features(1, 2)],
        ['b', features(5, 5)],
      ]),
    );
    means.add(new Map([['a', features(3, 6)]]));
    expect(means.of('a')).toEqual(features(2, 4));
    expect(means.of('b')).toEqual(features(5, 5));
    expect(means.of('c')).toBeUndefined();
  });

  test('STEPS-18: one step with a number that is not finite spoils the mean, which is then not used', () => {
    const means = new FeatureMeans();
    means.add(new Map([['a', features(1)]]));
    means.add(new Map([['a', features(NaN)]]));
    expect(means.of('a')?.data).toEqual(Float32Array.of(NaN));
  });
});
