import { tensor } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import type { NetworkSpec } from '../architecture/index.ts';
import { Random } from '../random.ts';
import { Block } from './block.ts';
import { initialValues } from './initialise.ts';
import { describeBackends } from './testing/backends.ts';

const dense = { kind: 'dense', name: 'dense', outputs: 2 } as const;
const network: NetworkSpec = {
  kind: 'generator',
  inputShape: [2],
  blocks: [
    { name: 'block1', layers: [dense, { kind: 'batch-norm', name: 'norm' }] },
    { name: 'block2', layers: [dense] },
  ],
};

/** A block whose dense layer is the identity with biases 100 and -7. */
function identityBlock(index: number): Block {
  const block = new Block(network, index);
  const values = new Map(initialValues(network, new Random(1)));
  values.set(`block${index}.dense.weight`, { shape: [2, 2], data: Float32Array.of(1, 0, 0, 1) });
  values.set(`block${index}.dense.bias`, { shape: [2], data: Float32Array.of(100, -7) });
  block.load(values);
  return block;
}

describeBackends((backend) => {
  test(`WARN-1: drift is the distance of batch means and deviations from the running ones, in running deviations (${backend})`, async () => {
    const block = identityBlock(1);
    // Means 2 and 0, unbiased deviations 2 and 1, against running means 0 and deviations 1.
    const x = tensor([
      [0, -1],
      [2, 0],
      [4, 1],
    ]);
    const { output, context } = block.forward(x, { mode: 'training' });
    const drift = block.drift(context);
    const expected = (102 + 1 + 7 + 0) / 2;
    expect((await drift?.data())?.[0]).toBeCloseTo(expected, 2);
    for (let i = 0; i < 100; i++) block.commitStatistics(context);
    const after = block.drift(context);
    expect((await after?.data())?.[0]).toBeLessThan(0.01);
    for (const one of [x, output, drift, after]) one?.dispose();
    context.dispose();
    block.dispose();
  });

  test(`WARN-2: a block without a normalisation has no drift (${backend})`, () => {
    const block = identityBlock(2);
    const x = tensor([[1, 2]]);
    const { output, context } = block.forward(x, { mode: 'training' });
    expect(block.drift(context)).toBeUndefined();
    x.dispose();
    output.dispose();
    context.dispose();
    block.dispose();
  });
});
