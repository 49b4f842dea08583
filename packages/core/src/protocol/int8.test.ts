import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '../random.ts';
import { encodedBytes, type PlainTensor } from '../tensors/index.ts';
import { decodeInt8, encodeInt8, type Rounding } from './int8.ts';
import { codeOf } from './testing/code-of.ts';

function tensorOf(shape: readonly number[], data: ArrayLike<number>): PlainTensor {
  return { shape, data: Float32Array.from(data) };
}

/** What arrives, from bytes that start a buffer of their own. */
function through(tensor: PlainTensor, rounding?: Rounding): Float32Array {
  return decodeInt8(Uint8Array.from(encodeInt8(tensor, rounding)), tensor.shape);
}

const normals = (random: Random, count: number) => Array.from({ length: count }, () => random.normal());

describe('numbers in 8 bits', () => {
  test('FRAME-24: each channel has its own scale, so that a small one keeps its precision beside a large one', () => {
    const small = [1e-6, -0.5e-6, 0.25e-6];
    const mixed = tensorOf([3, 2], [1000, small[0] ?? 0, -250, small[1] ?? 0, 500, small[2] ?? 0]);
    const received = through(mixed);
    for (const [row, number] of small.entries())
      expect(Math.abs((received[2 * row + 1] ?? NaN) - number)).toBeLessThanOrEqual(1e-6 / 254);
    expect(encodeInt8(mixed)).toHaveLength(encodedBytes('int8', [3, 2]));
    expect(encodedBytes('int8', [3, 2])).toBe(2 * 4 + 6);
    expect(encodedBytes('int8', [6])).toBe(4 + 6);
  });

  test('FRAME-24: a channel of zeros stays zeros, and a tensor without an axis is a channel', () => {
    expect([...through(tensorOf([2, 2], [0, 3, 0, -3]))].map(Math.abs)).toEqual([0, 3, 0, 3]);
    expect(through(tensorOf([], [-7]))[0]).toBeCloseTo(-7, 5);
  });

  test.each([1, 1e-4])('FRAME-26: at a scale of %d the expected number is the true one', (scale) => {
    const random = new Random('rounding');
    // 1.27 sets the step to 0.01; 0.1234 lies at 34 % between two levels, which no rounding to nearest could keep.
    const tensor = tensorOf([2], [1.27 * scale, 0.1234 * scale]);
    const draws = 20_000;
    const sum = Array.from({ length: draws }, () => through(tensor, { random })[1] ?? NaN).reduce(
      (total, value) => total + value,
    );
    // Five standard deviations of a mean of draws that are 0.01 apart with probability 0.34.
    const bound = (5 * 0.01 * scale * Math.sqrt(0.34 * 0.66)) / Math.sqrt(draws);
    expect(Math.abs(sum / draws - 0.1234 * scale)).toBeLessThan(bound);
    expect((through(tensor)[1] ?? NaN) / scale).toBeCloseTo(0.12, 6);
  });

  test('FRAME-26: a number on a level stays there, and every number goes to a level beside it', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.array(fc.integer({ min: -127, max: 127 }), { minLength: 1 }),
        (seed, levels) => {
          const exact = tensorOf([levels.length + 1], [127, ...levels]);
          expect([...through(exact, { random: new Random(seed) })]).toEqual([127, ...levels]);
          const random = new Random(seed);
          const any = tensorOf([64], [1, ...normals(random, 63).map((value) => value / 6)]);
          const step = Math.max(...any.data.map(Math.abs)) / 127;
          for (const [i, value] of through(any, { random }).entries())
            expect(Math.abs(value - (any.data[i] ?? NaN))).toBeLessThanOrEqual(step * (1 + 1e-5));
        },
      ),
      { numRuns: 50 },
    );
  });

  test('FRAME-26: the same seed rounds the same way', () => {
    const tensor = tensorOf([4, 8], normals(new Random('numbers'), 32));
    const rounded = (seed: string) => [...encodeInt8(tensor, { random: new Random(seed) })];
    expect(rounded('a')).toEqual(rounded('a'));
    expect(rounded('a')).not.toEqual(rounded('b'));
  });

  test.each([1, 1e-3])(
    'FRAME-27: with feedback the sums over rows of many gradients lose nothing (scale %d)',
    (scale) => {
      const [rows, numbers, steps] = [4, 6, 200];
      const random = new Random('feedback');
      const carried = new Float32Array(numbers);
      const lost = { with: new Float64Array(numbers), without: new Float64Array(numbers) };
      for (let step = 0; step < steps; step++) {
        const tensor = tensorOf(
          [rows, 3, 2],
          normals(random, rows * numbers).map((value) => value * scale),
        );
        const sent = { with: through(tensor, { random, carried }), without: through(tensor, { random }) };
        for (const how of ['with', 'without'] as const)
          for (const [i, value] of tensor.data.entries())
            lost[how][i % numbers] = (lost[how][i % numbers] ?? 0) + value - (sent[how][i] ?? NaN);
      }
      const furthest = (values: Float64Array) => Math.max(...values.map(Math.abs));
      // What is still carried is all that is lost: less than a level a row, whatever the number of steps.
      for (const [i, value] of lost.with.entries()) expect(value).toBeCloseTo(rows * (carried[i] ?? NaN), 4);
      expect(furthest(lost.with)).toBeLessThan((rows * 4 * scale) / 127);
      expect(furthest(lost.without)).toBeGreaterThan(2 * furthest(lost.with));
    },
  );

  test('FRAME-27: gradients at the end of the range leave nothing behind that is not finite', () => {
    const carried = new Float32Array(1).fill(3e36);
    const received = through(tensorOf([2, 1], [3.4e38, 3.4e38]), { random: new Random(1), carried });
    expect([...received, ...carried].every(Number.isFinite)).toBe(true);
  });

  test.each([NaN, Infinity, -Infinity, -1, -0, 2 ** 122])('FRAME-25: a scale of %d is refused', (scale) => {
    const bytes = Uint8Array.from(encodeInt8(tensorOf([2, 1], [1, 2])));
    new DataView(bytes.buffer).setFloat32(0, scale, true);
    expect(codeOf(() => decodeInt8(bytes, [2, 1]))).toBe('frame-malformed');
  });

  test('FRAME-25: the byte -128 is refused', () => {
    const bytes = Uint8Array.from(encodeInt8(tensorOf([2], [1, 2])));
    bytes[bytes.length - 1] = 0x80;
    expect(codeOf(() => decodeInt8(bytes, [2]))).toBe('frame-malformed');
  });
});
