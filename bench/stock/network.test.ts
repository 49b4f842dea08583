import '@tensorflow/tfjs-backend-cpu';
import { memory, setBackend, tensor1d, tidy, zeros } from '@tensorflow/tfjs-core';
import { cganSpec, cutShapes, parametersOf } from '@tessera/core/architecture';
import { beforeAll, expect, it } from 'vitest';
import { stockNetwork } from './network.ts';

beforeAll(() => setBackend('cpu'));

it.each(['generator', 'discriminator'] as const)(
  'BENCH-7: the stock %s has the trainable parameters and output shapes of ours, and leaves nothing behind',
  (kind) => {
    const before = memory().numTensors;
    const network = cganSpec({ width: 1 / 16 })[kind];
    const stock = stockNetwork(network);
    const trainable = parametersOf(network).filter(({ name }) => !name.includes('running_'));
    const count = (sizes: readonly (readonly number[])[]) =>
      sizes.reduce((sum, shape) => sum + shape.reduce((a, b) => a * b), 0);
    expect(count(stock.variables.map(({ shape }) => shape))).toBe(count(trainable.map(({ shape }) => shape)));
    tidy(() => {
      const output = stock.apply(zeros([2, ...network.inputShape]), tensor1d([0, 1], 'int32'));
      expect(output.shape).toEqual([2, ...(cutShapes(network).at(-1) ?? [])]);
    });
    stock.dispose();
    expect(memory().numTensors).toBe(before);
  },
);
