import fc from 'fast-check';
import { expect, test } from 'vitest';
import { balancedColumns } from './columns.ts';

test('PAGE-4: ten samples stand in five columns where six would fit', () => {
  expect([balancedColumns(10, 6), balancedColumns(10, 12), balancedColumns(7, 5)]).toEqual([5, 10, 4]);
});

test('PAGE-4: columns never exceed what fits, and need no more rows than the most columns would', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 1, max: 12 }), (count, most) => {
      const columns = balancedColumns(count, most);
      expect(columns).toBeLessThanOrEqual(most);
      expect(Math.ceil(count / columns)).toBe(Math.ceil(count / most));
    }),
  );
});
