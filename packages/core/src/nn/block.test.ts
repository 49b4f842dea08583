import { dispose, memory, profile, tensor, tensor1d, type Tensor } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { cganSpec, parametersOf } from '../architecture/index.ts';
import { Random } from '../random.ts';
import { tensorNamed, type NamedTensors } from '../tensors/index.ts';
import { Block, type BlockContext } from './block.ts';
import { addGradients, disposeGradients } from './gradients.ts';
import { initialValues } from './initialise.ts';
import { useBackend } from './testing/backends.ts';

beforeAll(() => useBackend('wasm'));

const { generator, discriminator } = cganSpec({ width: 1 / 16, zDim: 6 });
const training = { mode: 'training' } as const;

/** A block with first values; the caller disposes it. */
function blockWithValues(network = generator, index = 2): Block {
  const block = new Block(network, index);
  block.load(initialValues(network, new Random(index)));
  return block;
}

/** Random numbers of a block's input (or output) shape. */
function samples(shape: readonly number[], batch = 3): Tensor {
  const random = new Random(batch);
  const size = shape.reduce((a, b) => a * b, batch);
  return tensor(
    Float32Array.from({ length: size }, () => random.normal()),
    [batch, ...shape],
  );
}

function changed(values: NamedTensors, name: string, change: (data: Float32Array) => void): NamedTensors {
  const { shape, data } = tensorNamed(values, name);
  const copy = data.slice();
  change(copy);
  return new Map([...values, [name, { shape, data: copy }]]);
}

/** What a backward pass runs and returns. */
async function backwardKernels(
  block: Block,
  context: BlockContext,
  dy: Tensor,
  want: { readonly input: boolean; readonly parameters: boolean },
) {
  let found: string[] = [];
  const { kernels } = await profile(() => {
    const gradients = block.backward(context, dy, want);
    found = Object.keys(gradients);
    gradients.input?.dispose();
    disposeGradients(gradients.parameters ?? new Map());
    return dy;
  });
  const names = kernels.map(({ name }) => name);
  const count = (kernel: string) => names.filter((name) => name === kernel).length;
  return { found, names, convolutions: count('Conv2D'), sums: count('AvgPool') };
}

describe('gradients that are put off', () => {
  test('NN-18: they are those of one go, whatever the block, and leave no tensor behind', () => {
    for (const network of [generator, discriminator]) {
      for (let index = 2; index <= network.blocks.length; index++) {
        const block = blockWithValues(network, index);
        const [x, dy] = [samples(block.inputShape), samples(block.outputShape)];
        const { output, context } = block.forward(x, training);
        // The first pass back arranges weights once for all.
        const first = block.backward(context, dy, { input: true, parameters: true });
        disposeGradients(first.parameters ?? new Map());
        first.input?.dispose();
        const before = memory().numTensors;
        const atOnce = block.backward(context, dy, { input: true, parameters: true });
        const parted = block.backward(context, dy, { input: true, parameters: 'later' });
        const now = [...(parted.parameters ?? [])];
        const all = new Map([...now, ...(parted.later?.compute() ?? [])]);
        expect(parted.input?.dataSync()).toEqual(atOnce.input?.dataSync());
        expect(new Set(all.keys())).toEqual(new Set(atOnce.parameters?.keys()));
        expect(now.length).toBeLessThan(all.size);
        for (const [name, gradient] of atOnce.parameters ?? [])
          expect(all.get(name)?.dataSync(), name).toEqual(gradient.dataSync());
        const givenUp = block.backward(context, dy, { input: false, parameters: 'later' });
        givenUp.later?.dispose();
        for (const gradients of [all, atOnce.parameters, givenUp.parameters])
          disposeGradients(gradients ?? new Map());
        dispose([atOnce.input ?? [], parted.input ?? []].flat());
        expect(memory().numTensors).toBe(before);
        context.dispose();
        block.dispose();
        dispose([x, dy, output]);
      }
    }
  });
});

describe('weights', () => {
  test('NN-3: what is loaded is what is read, in the names, layouts and order of PyTorch', async () => {
    for (const network of [generator, discriminator]) {
      const values = initialValues(network, new Random(7));
      for (let index = 1; index <= network.blocks.length; index++) {
        const block = new Block(network, index);
        block.load(values);
        const read = await block.values();
        expect([...read.keys()]).toEqual(parametersOf(network, index, index).map(({ name }) => name));
        for (const [name, value] of read) expect(value).toEqual(values.get(name));
        block.dispose();
      }
    }
  });

  test('NN-4: a missing, misshapen or non-finite value is refused by name, and nothing changes', async () => {
    const block = blockWithValues();
    const values = initialValues(generator, new Random(8));
    const before = await block.values();
    const without = new Map([...values].filter(([name]) => name !== 'block2.norm.running_var'));
    const misshapen = new Map([...values, ['block2.conv.bias', { shape: [1], data: Float32Array.of(0) }]]);
    expect(() => block.load(without)).toThrow('"block2.norm.running_var"');
    expect(() => block.load(misshapen)).toThrow('"block2.conv.bias" is [1] but must be [8]');
    for (const bad of [NaN, Infinity, -Infinity]) {
      const broken = changed(values, 'block2.conv.weight', (data) => (data[5] = bad));
      expect(() => block.load(broken)).toThrow('"block2.conv.weight" holds a number that is not finite');
    }
    expect(await block.values()).toEqual(before);
    block.dispose();
  });

  test('NN-4: a block without values, or outside the network, says so', () => {
    const x = samples([7, 7, 16]);
    expect(() => new Block(generator, 2).forward(x, training)).toThrow('call load() first');
    expect(() => new Block(generator, 6)).toThrow('blocks 1 to 5, but no block 6');
    x.dispose();
  });
});

describe('passes', () => {
  test('NN-5: only the gradients that are wanted are computed, and nothing of the forward pass again', async () => {
    // The last block of the generator: a convolution without a normalisation, and tanh.
    const block = blockWithValues(generator, 5);
    const [x, dy] = [samples(block.inputShape), samples(block.outputShape)];
    const { output, context } = block.forward(x, training);
    const both = await backwardKernels(block, context, dy, { input: true, parameters: true });
    const input = await backwardKernels(block, context, dy, { input: true, parameters: false });
    const parameters = await backwardKernels(block, context, dy, { input: false, parameters: true });
    expect([both.found, input.found, parameters.found]).toEqual([
      ['input', 'parameters'],
      ['input'],
      ['parameters'],
    ]);
    expect([both.convolutions, input.convolutions, parameters.convolutions]).toEqual([2, 1, 1]);
    expect([both.sums, input.sums, parameters.sums]).toEqual([1, 0, 1]);
    expect(both.names).not.toContain('Tanh');
    dispose([x, dy, output]);
    context.dispose();
    block.dispose();
  });

  test('NN-6: a context can be gone back more than once, until it is disposed, and only by its own block', () => {
    const [block, other] = [blockWithValues(), blockWithValues()];
    const [x, dy] = [samples(block.inputShape), samples(block.outputShape)];
    const { output, context } = block.forward(x, training);
    const twice = [1, 2].map(() => block.backward(context, dy, { input: true, parameters: false }).input);
    expect(twice[0]?.dataSync()).toEqual(twice[1]?.dataSync());
    expect(() => other.backward(context, dy, { input: true, parameters: false })).toThrow(TypeError);
    context.dispose();
    expect(() => block.backward(context, dy, { input: true, parameters: false })).toThrow('already disposed');
    expect(() => block.commitStatistics(context)).toThrow('already disposed');
    dispose([x, dy, output, ...twice.flatMap((tensor) => tensor ?? [])]);
    block.dispose();
    other.dispose();
  });

  test('NN-7: passes, gradients and commits leave nothing behind once their results are disposed', () => {
    const before = memory().numTensors;
    const labels = tensor1d([0, 5, 9], 'int32');
    for (const [network, index] of [
      [generator, 1],
      [generator, 2],
      [generator, 5],
      [discriminator, 1],
      [discriminator, 4],
      [discriminator, 5],
    ] as const) {
      const block = blockWithValues(network, index);
      const [x, dy] = [samples(block.inputShape), samples(block.outputShape)];
      const { output, context } = block.forward(x, { mode: 'training', labels });
      const running = block.forward(x, { mode: 'running', labels });
      const found = block.backward(context, dy, { input: true, parameters: true });
      const sum = addGradients(found.parameters ?? new Map(), found.parameters ?? new Map());
      block.commitStatistics(context);
      const inferred = block.infer(x, labels);
      for (const gradients of [sum, found.parameters ?? new Map<string, Tensor>()])
        disposeGradients(gradients);
      dispose([x, dy, output, running.output, inferred, ...(found.input ? [found.input] : [])]);
      context.dispose();
      running.context.dispose();
      block.dispose();
    }
    labels.dispose();
    expect(memory().numTensors).toBe(before);
  });

  test('NN-7: a pass that fails leaves nothing behind', () => {
    const block = blockWithValues(discriminator, 1);
    const x = samples(block.inputShape);
    const before = memory().numTensors;
    expect(() => block.forward(x, training)).toThrow('block 1 needs 3 labels');
    expect(() => block.infer(x)).toThrow('block 1 needs 3 labels');
    expect(memory().numTensors).toBe(before);
    x.dispose();
    block.dispose();
  });

  test('NN-8: tensors of another shape than the block’s are refused', () => {
    const block = blockWithValues();
    const x = samples(block.inputShape);
    const wrong = samples([7, 7, 15]);
    const { output, context } = block.forward(x, training);
    expect(() => block.forward(wrong, training)).toThrow('the input of block2 is [3, 7, 7, 15]');
    expect(() => block.infer(wrong)).toThrow('must be [batch, 7, 7, 16]');
    expect(() => block.backward(context, x, { input: true, parameters: true })).toThrow(
      'gradient at the output of block2',
    );
    dispose([x, wrong, output]);
    context.dispose();
    block.dispose();
  });
});

describe('addGradients', () => {
  test('NN-16: sums gradients by name, and refuses sets of different names', () => {
    const a = new Map([['w', tensor([1, 2])]]);
    const b = new Map([['w', tensor([10, 20])]]);
    const sum = addGradients(a, b);
    expect([...(sum.get('w')?.dataSync() ?? [])]).toEqual([11, 22]);
    expect(() => addGradients(a, new Map())).toThrow(RangeError);
    expect(() => addGradients(a, new Map([['v', tensor([1, 2])]]))).toThrow('"w"');
    for (const gradients of [a, b, sum]) disposeGradients(gradients);
  });
});
