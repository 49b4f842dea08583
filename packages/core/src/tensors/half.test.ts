import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHalves, HALF_MAXIMUM, toHalves } from './half.ts';

const half = (value: number) => toHalves(Float32Array.of(value))[0];
const value = (bits: number) => fromHalves(Uint16Array.of(bits))[0];
const everyFiniteHalf = Uint16Array.from({ length: 1 << 16 }, (_, bits) => bits).filter(
  (bits) => (bits & 0x7c00) !== 0x7c00,
);

describe('half precision', () => {
  test.each([
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [1 / 3, 0x3555],
    [65_504, 0x7bff],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [2 ** -14 - 2 ** -24, 0x03ff],
    [-(2 ** -24), 0x8001],
  ])('FRAME-10: %d has the bits of IEEE 754', (number, bits) => {
    expect(half(number)).toBe(bits);
    expect(value(bits)).toBe(Math.fround(number) === number ? number : 0.333251953125);
  });

  test('FRAME-10: every finite half comes back as it was', () => {
    expect(toHalves(fromHalves(everyFiniteHalf))).toEqual(everyFiniteHalf);
  });

  test('FRAME-11: rounding is to nearest, ties to even, subnormals included', () => {
    const positive = everyFiniteHalf.filter((bits) => bits < 0x8000);
    const values = fromHalves(positive);
    const below: number[] = [];
    const ties: number[] = [];
    const above: number[] = [];
    for (let i = 0; i + 1 < positive.length; i++) {
      const tie = ((values[i] ?? 0) + (values[i + 1] ?? 0)) / 2; // exact: 12 significant bits
      ties.push(tie);
      below.push(tie * (1 - 2 ** -23));
      above.push(tie * (1 + 2 ** -23));
    }
    expect(toHalves(Float32Array.from(below))).toEqual(positive.slice(0, -1));
    expect(toHalves(Float32Array.from(above))).toEqual(positive.slice(1));
    expect(toHalves(Float32Array.from(ties))).toEqual(positive.slice(0, -1).map((bits) => bits + (bits & 1)));
  });

  test('FRAME-12: what half precision cannot reach saturates at 65504', () => {
    for (const large of [65_505, 65_519.99, 65_520, 1e6, 3.4e38]) {
      expect(value(half(large) ?? 0)).toBe(HALF_MAXIMUM);
      expect(value(half(-large) ?? 0)).toBe(-HALF_MAXIMUM);
    }
  });

  test('FRAME-11: no finite number moves by more than half a step', () => {
    fc.assert(
      fc.property(fc.float({ min: -65_504, max: 65_504, noNaN: true }), (number) => {
        const moved = Math.abs((value(half(number) ?? 0) ?? NaN) - number);
        const step = Math.max(2 ** -24, 2 ** (Math.floor(Math.log2(Math.abs(number) || 1)) - 10));
        expect(moved).toBeLessThanOrEqual(step / 2);
      }),
    );
  });

  test.runIf('Float16Array' in globalThis)('FRAME-10: the platform’s own Float16Array agrees', () => {
    const Native = Reflect.get(globalThis, 'Float16Array') as Float32ArrayConstructor; // not in this TypeScript library
    fc.assert(
      fc.property(fc.float32Array({ noNaN: true, min: -65_504, max: 65_504 }), (numbers) => {
        expect(new Uint16Array(new Native(numbers).buffer)).toEqual(toHalves(numbers));
      }),
    );
  });
});
