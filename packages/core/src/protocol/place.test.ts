import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { comparePlaces, judge, type Place } from './place.ts';

const expected: Place = { run: 5, round: 2, step: 10, exchange: 3 };
const small = fc.integer({ min: 0, max: 3 });
const anyPlace = fc.record({ run: fc.constant(5), round: small, step: small, exchange: small });

describe('the place of a message', () => {
  test.each([
    ['accept', {}],
    ['duplicate', { exchange: 2 }],
    ['early', { exchange: 4 }],
    ['stale', { step: 9, exchange: 6 }],
    ['early', { step: 11, exchange: 1 }],
    ['stale', { round: 1, step: 50, exchange: 6 }],
    ['early', { round: 3, step: 0, exchange: 1 }],
    ['stale', { run: 4 }],
    ['stale', { run: 6, round: 9 }],
  ] as const)('WIRE-3: the verdict is %s for %o', (verdict, part) => {
    expect(judge(expected, { ...expected, ...part })).toBe(verdict);
  });

  test('WIRE-3: only the expected place is accepted, and a message played twice is accepted once', () => {
    fc.assert(
      fc.property(anyPlace, anyPlace, (next, arrived) => {
        expect(judge(next, arrived) === 'accept').toBe(comparePlaces(next, arrived) === 0);
        const after: Place = { ...arrived, exchange: arrived.exchange + 1 };
        expect(judge(after, arrived)).toBe('duplicate');
      }),
    );
  });

  test('WIRE-3: places are ordered by round, then step, then exchange', () => {
    fc.assert(
      fc.property(anyPlace, anyPlace, (a, b) => {
        const number = ({ round, step, exchange }: Place) => (round * 4 + step) * 4 + exchange;
        expect(Math.sign(comparePlaces(a, b))).toBe(Math.sign(number(a) - number(b)));
      }),
    );
  });
});
