import { dispose, tensor, type Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import type { NetworkSpec } from '../architecture/index.ts';
import { Random } from '../random.ts';
import { tensorNamed } from '../tensors/index.ts';
import { Block } from './block.ts';
import { disposeGradients } from './gradients.ts';
import { initialValues } from './initialise.ts';
import { describeBackends } from './testing/backends.ts';

/** A dense layer of two units and its batch normalisation. */
const network: NetworkSpec = {
  kind: 'generator',
  inputShape: [2],
  blocks: [
    {
      name: 'block1',
      layers: [
        { kind: 'dense', name: 'dense', outputs: 2 },
        { kind: 'batch-norm', name: 'norm' },
      ],
    },
  ],
};

/** The identity with biases 100 and -7, so that the batch's statistics can be read off the input. */
function identityBlock(): Block {
  const block = new Block(network, 1);
  const values = new Map(initialValues(network, new Random(1)));
  values.set('block1.dense.weight', { shape: [2, 2], data: Float32Array.of(1, 0, 0, 1) });
  values.set('block1.dense.bias', { shape: [2], data: Float32Array.of(100, -7) });
  block.load(values);
  return block;
}

async function statistics(block: Block): Promise<number[]> {
  const values = await block.values();
  return ['running_mean', 'running_var'].flatMap((name) => [
    ...tensorNamed(values, `block1.norm.${name}`).data,
  ]);
}

function expectClose(found: readonly number[], expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  found.forEach((value, i) => expect(value).toBeCloseTo(expected[i] ?? NaN, 4));
}

/** Units with means 2 and 0 and unbiased variances 4 and 1 over three samples. */
function batch(): Tensor {
  return tensor([
    [0, -1],
    [2, 0],
    [4, 1],
  ]);
}

describeBackends((backend) => {
  describe('running statistics', () => {
    test(`NN-9: a training pass moves nothing; its commit moves a tenth of the way, variance unbiased (${backend})`, async () => {
      const [block, x] = [identityBlock(), batch()];
      const { output, context } = block.forward(x, { mode: 'training' });
      expectClose(await statistics(block), [0, 0, 1, 1]);
      block.commitStatistics(context);
      expectClose(await statistics(block), [10.2, -0.7, 1.3, 1]);
      block.commitStatistics(context);
      expectClose(await statistics(block), [19.38, -1.33, 1.57, 1]);
      dispose([x, output]);
      context.dispose();
      block.dispose();
    });

    test(`NN-9: the order of commits is the caller's and matters (${backend})`, async () => {
      const block = identityBlock();
      const [x, y] = [
        batch(),
        tensor([
          [1, 1],
          [3, 5],
        ]),
      ];
      const passes = [x, y].map((input) => block.forward(input, { mode: 'training' }));
      for (const { context } of passes.toReversed()) block.commitStatistics(context);
      // First the means 2 and 3 of y, then 2 and 0 of x; the variances of y are 2 and 8.
      expectClose(await statistics(block), [
        10.2 * 0.9 + 10.2,
        -0.4 * 0.9 - 0.7,
        1.1 * 0.9 + 0.4,
        1.7 * 0.9 + 0.1,
      ]);
      dispose([x, y, ...passes.map(({ output }) => output)]);
      for (const { context } of passes) context.dispose();
      block.dispose();
    });

    test(`NN-10: running mode uses the running statistics, the bias included, and moves nothing (${backend})`, async () => {
      const [block, x] = [identityBlock(), batch()];
      const inferred = block.infer(x);
      const { output, context } = block.forward(x, { mode: 'running' });
      const factor = 1 / Math.sqrt(1 + 1e-5);
      expectClose(
        [...inferred.dataSync()],
        [100, -8, 102, -7, 104, -6].map((value) => value * factor),
      );
      expectClose([...output.dataSync()], [...inferred.dataSync()]);
      block.commitStatistics(context);
      expectClose(await statistics(block), [0, 0, 1, 1]);
      dispose([x, inferred, output]);
      context.dispose();
      block.dispose();
    });

    test(`NN-10: in running mode the normalisation only scales its gradient, and a bias has one (${backend})`, () => {
      const [block, x] = [identityBlock(), batch()];
      const dy = tensor([
        [1, 0],
        [0, 2],
        [0, 0],
      ]);
      const { output, context } = block.forward(x, { mode: 'running' });
      const { input, parameters = new Map<string, Tensor>() } = block.backward(context, dy, {
        input: true,
        parameters: true,
      });
      const factor = 1 / Math.sqrt(1 + 1e-5);
      expectClose([...(input?.dataSync() ?? [])], [factor, 0, 0, 2 * factor, 0, 0]);
      expectClose([...(parameters.get('block1.dense.bias')?.dataSync() ?? [])], [factor, 2 * factor]);
      expectClose(
        [...(parameters.get('block1.norm.weight')?.dataSync() ?? [])],
        [100 * factor, -14 * factor],
      );
      expectClose([...(parameters.get('block1.norm.bias')?.dataSync() ?? [])], [1, 2]);
      dispose([x, dy, output, ...(input ? [input] : [])]);
      disposeGradients(parameters);
      context.dispose();
      block.dispose();
    });

    test(`NN-11: in training mode the bias before a normalisation has no effect and a gradient of exactly zero (${backend})`, () => {
      const [block, x, dy] = [identityBlock(), batch(), batch()];
      const { output, context } = block.forward(x, { mode: 'training' });
      const { parameters = new Map<string, Tensor>() } = block.backward(context, dy, {
        input: false,
        parameters: true,
      });
      const third = Math.sqrt(1.5);
      expectClose([...output.dataSync()], [-third, -third, 0, 0, third, third]);
      expect([...(parameters.get('block1.dense.bias')?.dataSync() ?? [])]).toEqual([0, 0]);
      dispose([x, dy, output]);
      disposeGradients(parameters);
      context.dispose();
      block.dispose();
    });

    test(`NN-12: one sample per channel cannot be normalised, and that is said (${backend})`, () => {
      const block = identityBlock();
      const x = tensor([[1, 2]]);
      expect(() => block.forward(x, { mode: 'training' })).toThrow('more than one sample per channel');
      block.infer(x).dispose();
      x.dispose();
      block.dispose();
    });
  });
});
