import { dispose, memory, tensor2d, type Tensor } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bceWithLogits } from './loss.ts';
import { describeBackends } from './testing/backends.ts';

function evaluate(logits: readonly number[], target: 0 | 1): { loss: number; gradient: readonly number[] } {
  const input = tensor2d([...logits], [logits.length, 1]);
  const { loss, gradient } = bceWithLogits(input, target);
  const [value = NaN] = numbers(loss);
  const result = { loss: value, gradient: numbers(gradient) };
  dispose([input, loss, gradient]);
  return result;
}

function numbers(x: Tensor): readonly number[] {
  return Array.from(x.dataSync<'float32'>());
}

describeBackends((backend) => {
  test(`NN-14: the loss is the mean of -ln of the right class's probability, the gradient its derivative (${backend})`, () => {
    const logits = fc.array(fc.float({ min: -20, max: 20, noNaN: true }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(logits, fc.constantFrom(0 as const, 1 as const), (values, target) => {
        const before = memory().numTensors;
        const { loss, gradient } = evaluate(values, target);
        const sign = target === 1 ? -1 : 1;
        const expected = values.reduce((sum, x) => sum + Math.log1p(Math.exp(sign * x)), 0) / values.length;
        expect(Math.abs(loss - expected)).toBeLessThan(1e-5 * Math.max(1, expected));
        gradient.forEach((g, i) => {
          const probability = 1 / (1 + Math.exp(-(values[i] ?? NaN)));
          expect(g).toBeCloseTo((probability - target) / values.length, 6);
        });
        expect(memory().numTensors).toBe(before);
      }),
      { numRuns: 50 },
    );
  });

  test(`NN-14: at extreme logits the loss stays finite and linear and its gradient does not vanish (${backend})`, () => {
    expect(evaluate([100], 0)).toEqual({ loss: 100, gradient: [1] });
    expect(evaluate([-100], 1)).toEqual({ loss: 100, gradient: [-1] });
    expect(evaluate([3e38], 0)).toEqual({ loss: Math.fround(3e38), gradient: [1] });
    expect(evaluate([100], 1).loss).toBeLessThan(1e-30);
    expect(evaluate([-100], 0).gradient[0]).toBeCloseTo(0, 12);
  });
});
