import { dispose, memory, tensor1d, tensor2d, type Tensor } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { crossEntropyWithLogits } from './cross-entropy.ts';
import { describeBackends } from './testing/backends.ts';

function evaluate(logits: readonly (readonly number[])[], labels: readonly number[]) {
  const given = tensor2d(logits.map((row) => [...row]));
  const classes = tensor1d([...labels], 'int32');
  const { loss, gradient } = crossEntropyWithLogits(given, classes);
  const [value = NaN] = numbers(loss);
  const result = { loss: value, gradient: numbers(gradient) };
  dispose([given, classes, loss, gradient]);
  return result;
}

function numbers(x: Tensor): readonly number[] {
  return Array.from(x.dataSync<'float32'>());
}

function expectNumbers(found: readonly number[], expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  found.forEach((value, i) => expect(value).toBeCloseTo(expected[i] ?? NaN, 6));
}

describeBackends((backend) => {
  test(`NN-19: probabilities 1/2, 1/4, 1/4 and label 0 cost ln 2; the gradient is softmax minus one-hot (${backend})`, () => {
    const before = memory().numTensors;
    const { loss, gradient } = evaluate([[Math.LN2, 0, 0]], [0]);
    expect(loss).toBeCloseTo(Math.LN2, 6);
    expectNumbers(gradient, [-0.5, 0.25, 0.25]);
    expect(memory().numTensors).toBe(before);
  });

  test(`NN-19: loss and gradient are means over the batch (${backend})`, () => {
    const { loss, gradient } = evaluate(
      [
        [0, 0],
        [0, Math.log(3)],
      ],
      [0, 0],
    );
    expect(loss).toBeCloseTo((Math.log(2) + Math.log(4)) / 2, 6);
    expectNumbers(gradient, [-0.25, 0.25, -0.375, 0.375]);
  });

  test(`NN-19: a hopeless sample's loss is finite and its gradient does not vanish (${backend})`, () => {
    const { loss, gradient } = evaluate([[-400, 400]], [0]);
    expect(loss).toBeCloseTo(800, 3);
    expectNumbers(gradient, [-1, 1]);
  });
});
