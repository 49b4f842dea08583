import { describe, expect, test } from 'vitest';
import {
  cganSpec,
  cutShapes,
  drawsPoints,
  isConditional,
  parameterCount,
  parametersOf,
  pointsSpec,
  shownLabels,
  withoutLabels,
} from './index.ts';

describe('networks for points', () => {
  test('TIERDATA-1: points are images of one pixel with two channels, and every width and depth is consistent', () => {
    for (const width of [1, 1 / 4, 1 / 16])
      for (const blocks of [5, 7]) {
        const spec = pointsSpec({ width, blocks, zDim: 3 });
        const units = Math.max(16, 256 * width);
        const hidden = Array.from({ length: blocks - 1 }, () => [units]);
        expect(cutShapes(spec.generator)).toEqual([[3], ...hidden, [1, 1, 2]]);
        expect(cutShapes(spec.discriminator)).toEqual([[1, 1, 2], ...hidden, [1]]);
        expect(drawsPoints(spec)).toBe(true);
      }
    expect(drawsPoints(cganSpec())).toBe(false);
    expect(() => pointsSpec({ blocks: 4 })).toThrow('at least 5');
  });

  test('TIERDATA-1: they have no batch normalisation, whose statistics would hide where a single mode lies', () => {
    const { generator, discriminator } = pointsSpec();
    for (const network of [generator, discriminator])
      expect(parametersOf(network).every(({ trainable }) => trainable)).toBe(true);
  });
});

describe('networks without labels', () => {
  test('TIERDATA-2: only what looks labels up is gone', () => {
    for (const spec of [cganSpec({ width: 1 / 4 }), pointsSpec({ width: 1 / 4, zDim: 100 })]) {
      const bare = withoutLabels(spec);
      expect([isConditional(spec), isConditional(bare)]).toEqual([true, false]);
      const labelled = parametersOf(spec.generator).find(({ name }) => name === 'block1.dense.weight');
      const units = labelled?.shape[0] ?? 0;
      // The embedding of ten numbers for each of ten classes, and the weights from it.
      expect(parameterCount(spec.generator) - parameterCount(bare.generator)).toBe(10 * 10 + 10 * units);
      expect(cutShapes(bare.generator)).toEqual(cutShapes(spec.generator));
      expect(cutShapes(bare.discriminator)).toEqual(cutShapes(spec.discriminator));
    }
  });
});

describe('what is shown of a generator', () => {
  test('TIERDATA-4: one image a class, ten without labels, 256 points of all classes in turn', () => {
    expect([...shownLabels(cganSpec({ classes: 3 }))]).toEqual([0, 1, 2]);
    expect([...shownLabels(withoutLabels(cganSpec({ classes: 1 })))]).toEqual(new Array(10).fill(0));
    const points = shownLabels(pointsSpec({ classes: 3 }));
    expect([points.length, ...points.subarray(0, 4)]).toEqual([256, 0, 1, 2, 0]);
  });
});
