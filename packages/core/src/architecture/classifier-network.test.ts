import { describe, expect, test } from 'vitest';
import { cutShapes, parameterCount } from './index.ts';
import { classifierSpec, type ClassifierKind } from './classifier-network.ts';

describe.each([
  ['scorer', [28, 28, 1], 10, 225_034, [5, 5, 64]],
  ['classifier', [28, 28, 1], 10, 421_642, [7, 7, 64]],
  ['scorer', [28, 28, 3], 8, 225_352, [5, 5, 64]],
  ['classifier', [32, 32, 3], 10, 545_098, [8, 8, 64]],
  ['scorer', [32, 32, 3], 10, 315_722, [6, 6, 64]],
] as const)('the %s of %j and %i classes', (kind: ClassifierKind, shape, classes, parameters, pooled) => {
  const spec = classifierSpec({ kind, shape, classes });

  test(`MET-5: has ${parameters} parameters`, () => {
    expect(parameterCount(spec)).toBe(parameters);
  });

  test('MET-5: pools to the size of the definition and ends in 128 features and the classes', () => {
    expect(cutShapes(spec).slice(2)).toEqual([pooled, [128], [classes]]);
  });
});

test('MET-5: images that nothing would be left of, and single classes, are refused', () => {
  expect(() => classifierSpec({ kind: 'scorer', shape: [9, 28, 1], classes: 10 })).toThrow(
    '10x10 is the least',
  );
  expect(() => classifierSpec({ kind: 'scorer', shape: [28, 28, 1], classes: 1 })).toThrow(
    '2 to 256 classes',
  );
});
