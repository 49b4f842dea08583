// Every forward/backward pair against TensorFlow.js's own differentiation of the same expression.
import {
  add,
  conv2d,
  conv2dTranspose,
  dispose,
  grads,
  leakyRelu,
  losses,
  matMul,
  maxPool,
  mean,
  memory,
  mul,
  randomNormal,
  relu,
  reshape,
  rsqrt,
  scalar,
  square,
  sub,
  tanh,
  tensor,
  tidy,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
// Registers the gradients that autodiff needs.
import '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { LayerSpec, NetworkSpec } from '../architecture/index.ts';
import { Random } from '../random.ts';
import { Block } from './block.ts';
import { disposeGradients } from './gradients.ts';
import { initialValues } from './initialise.ts';
import { bceWithLogits } from './loss.ts';
import { useBackend } from './testing/backends.ts';

/** The autodiff of convolutions exists on the plain backend only; `conformance/` covers the others. */
beforeAll(() => useBackend('cpu'));

const convolution = fc
  .record({
    kernel: fc.integer({ min: 1, max: 4 }),
    stride: fc.integer({ min: 1, max: 3 }),
    padding: fc.integer({ min: 0, max: 2 }),
    height: fc.integer({ min: 4, max: 8 }),
    width: fc.integer({ min: 4, max: 8 }),
    inputs: fc.integer({ min: 1, max: 4 }),
    channels: fc.integer({ min: 1, max: 4 }),
    batch: fc.integer({ min: 1, max: 3 }),
    seed: fc.integer(),
  })
  .filter(({ kernel, padding }) => padding < kernel);

/** The block's output and gradients beside those that autodiff finds for `expression` of (input, ...parameters). */
function expectSamePair(
  layers: readonly LayerSpec[],
  input: Tensor,
  expression: (x: Tensor, ...parameters: Tensor[]) => Tensor,
): void {
  const network: NetworkSpec = {
    kind: 'generator',
    inputShape: input.shape.slice(1),
    blocks: [{ name: 'block1', layers }],
  };
  const block = new Block(network, 1);
  block.load(initialValues(network, new Random(input.size)));
  const trainable = block.parameters.filter((parameter) => parameter.trainable);
  const { output, context } = block.forward(input, { mode: 'training' });
  const gradient = randomNormal(output.shape, 0, 1, 'float32', input.size);
  const found = block.backward(context, gradient, { input: true, parameters: true });
  const all = [input, ...trainable.map((parameter) => parameter.value)];
  const expected = grads(expression)(all, gradient);
  const own = [found.input, ...trainable.map((parameter) => found.parameters?.get(parameter.name))];
  const again = tidy(() => expression(input, ...all.slice(1)));
  expectClose(output, again);
  own.forEach((value, i) => expectClose(value, expected[i]));
  dispose([output, again, gradient, ...expected, ...(found.input ? [found.input] : [])]);
  disposeGradients(found.parameters ?? new Map());
  context.dispose();
  block.dispose();
}

function expectClose(found: Tensor | undefined, expected: Tensor | undefined): void {
  expect(found?.shape).toEqual(expected?.shape);
  const numbers = Array.from(expected?.dataSync<'float32'>() ?? []);
  const own = Array.from(found?.dataSync<'float32'>() ?? []);
  const scale = Math.max(1, ...numbers.map(Math.abs));
  let largest = 0;
  numbers.forEach((x, i) => (largest = Math.max(largest, Math.abs(x - (own[i] ?? NaN)))));
  expect(largest / scale).toBeLessThan(1e-5);
}

function random(shape: number[], seed: number): Tensor {
  return randomNormal(shape, 0, 1, 'float32', seed);
}

/** Runs a property and expects the number of tensors unchanged by it. */
function withoutLeaks(check: () => void): void {
  const before = memory().numTensors;
  check();
  expect(memory().numTensors).toBe(before);
}

describe('pairs equal the autodiff of the same expression', () => {
  test('NN-1: convolution', () => {
    fc.assert(
      fc.property(convolution, (c) => {
        withoutLeaks(() => {
          const { kernel, stride, padding, channels } = c;
          fc.pre(c.height + 2 * padding >= kernel && c.width + 2 * padding >= kernel);
          const x = random([c.batch, c.height, c.width, c.inputs], c.seed);
          expectSamePair(
            [{ kind: 'conv2d', name: 'conv', channels, kernel, stride, padding }],
            x,
            (input, w, b) =>
              add(
                conv2d(input as Tensor4D, w as Tensor4D, stride, [
                  [0, 0],
                  [padding, padding],
                  [padding, padding],
                  [0, 0],
                ]),
                b,
              ),
          );
          x.dispose();
        });
      }),
      { numRuns: 40 },
    );
  });

  test('NN-1: max-pooling', () => {
    const shape = fc.record({
      size: fc.integer({ min: 1, max: 3 }),
      height: fc.integer({ min: 3, max: 9 }),
      width: fc.integer({ min: 3, max: 9 }),
      channels: fc.integer({ min: 1, max: 4 }),
      seed: fc.integer(),
    });
    fc.assert(
      fc.property(shape, ({ size, height, width, channels, seed }) => {
        withoutLeaks(() => {
          const x = random([2, height, width, channels], seed);
          expectSamePair([{ kind: 'max-pool', size }], x, (input) =>
            maxPool(input as Tensor4D, size, size, 'valid'),
          );
          x.dispose();
        });
      }),
      { numRuns: 30 },
    );
  });

  test('NN-1: transposed convolution', () => {
    fc.assert(
      fc.property(convolution, (c) => {
        withoutLeaks(() => {
          const { kernel, stride, padding, channels } = c;
          const size = (length: number) => (length - 1) * stride - 2 * padding + kernel;
          fc.pre(size(c.height) > 0 && size(c.width) > 0);
          const x = random([c.batch, c.height, c.width, c.inputs], c.seed);
          const shape: [number, number, number, number] = [c.batch, size(c.height), size(c.width), channels];
          const around: [[number, number], [number, number], [number, number], [number, number]] = [
            [0, 0],
            [padding, padding],
            [padding, padding],
            [0, 0],
          ];
          const layer: LayerSpec = {
            kind: 'transposed-conv2d',
            name: 'conv',
            channels,
            kernel,
            stride,
            padding,
          };
          expectSamePair([layer], x, (input, w, b) =>
            add(conv2dTranspose(input as Tensor4D, w as Tensor4D, shape, stride, around as never), b),
          );
          x.dispose();
        });
      }),
      { numRuns: 40 },
    );
  });

  test('NN-1: dense', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        (n, i, o) => {
          withoutLeaks(() => {
            const x = random([n, i], n * i * o);
            expectSamePair([{ kind: 'dense', name: 'dense', outputs: o }], x, (input, w, b) =>
              add(matMul(input as Tensor2D, w as Tensor2D), b),
            );
            x.dispose();
          });
        },
      ),
      { numRuns: 30 },
    );
  });

  test.each([
    ['vectors', [7, 5]],
    ['images', [3, 4, 2, 6]],
  ])('NN-1: batch normalisation of %s', (_, shape) => {
    withoutLeaks(() => {
      const x = random(shape, 3);
      expectSamePair([{ kind: 'batch-norm', name: 'norm' }], x, (input, scale, shift) => {
        const axes = shape.slice(0, -1).map((__, axis) => axis);
        const centred = sub(input, mean(input, axes));
        const normal = mul(centred, rsqrt(add(mean(square(centred), axes), 1e-5)));
        return add(mul(normal, scale), shift);
      });
      x.dispose();
    });
  });

  test.each([
    ['ReLU', { kind: 'relu' }, (x: Tensor) => relu(x)],
    ['LeakyReLU', { kind: 'leaky-relu', slope: 0.2 }, (x: Tensor) => leakyRelu(x, 0.2)],
    ['tanh', { kind: 'tanh' }, (x: Tensor) => tanh(x)],
    ['flatten', { kind: 'flatten' }, (x: Tensor) => reshape(x, [5, 24])],
  ] as const)('NN-1: %s', (_, layer, expression) => {
    withoutLeaks(() => {
      const x = random([5, 3, 4, 2], 1);
      expectSamePair([layer], x, expression);
      x.dispose();
    });
  });

  test('NN-1: sigmoid and binary cross-entropy', () => {
    withoutLeaks(() => {
      for (const target of [0, 1] as const) {
        const logits: Tensor2D = randomNormal([9, 1], 0, 3, 'float32', 5);
        const { loss, gradient } = bceWithLogits(logits, target);
        const labels = tensor(new Float32Array(9).fill(target), [9, 1]);
        const one = scalar(1);
        const expression = (x: Tensor) => losses.sigmoidCrossEntropy(labels, x);
        const [expected] = grads(expression)([logits], one);
        expectClose(gradient, expected);
        const again = tidy(() => expression(logits));
        expectClose(loss, again);
        dispose([logits, one, loss, again, gradient, labels, ...(expected ? [expected] : [])]);
      }
    });
  });
});
