import { expect, it } from 'vitest';
import { withNodeUtilities } from './node-utilities.ts';

it('ENG-10: tfjs-node finds the utilities that newer Nodes removed', () => {
  const util: { isNullOrUndefined?: (value: unknown) => boolean; isArray?: (value: unknown) => boolean } = {};
  withNodeUtilities(util);
  expect([null, undefined, 0, ''].map((value) => util.isNullOrUndefined?.(value))).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect([[], {}].map((value) => util.isArray?.(value))).toEqual([true, false]);
});
