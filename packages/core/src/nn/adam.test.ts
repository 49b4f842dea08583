import { dispose, memory, tensor, type Tensor } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cganSpec, type NetworkSpec } from '../architecture/index.ts';
import { Random } from '../random.ts';
import { tensorNamed } from '../tensors/index.ts';
import { Adam } from './adam.ts';
import { Block, type Gradients } from './block.ts';
import { initialValues } from './initialise.ts';
import { Sgd, type Optimiser } from './optimiser.ts';
import { describeBackends } from './testing/backends.ts';

const settings = { learningRate: 2e-3, beta1: 0.5, beta2: 0.999, epsilon: 1e-8 };

/** Two blocks of one dense layer with two inputs and one output. */
const network: NetworkSpec = {
  kind: 'generator',
  inputShape: [2],
  blocks: ['block1', 'block2'].map((name, i) => ({
    name,
    layers: [{ kind: 'dense', name: 'dense', outputs: 2 - i }],
  })),
};

function twoBlocks(): readonly [Block, Block] {
  const blocks = [new Block(network, 1), new Block(network, 2)] as const;
  for (const block of blocks) block.load(initialValues(network, new Random(1)));
  return blocks;
}

/** The same gradient for every parameter of the block, filled with `value`. */
function gradientsOf(block: Block, value: number): Gradients {
  return new Map(
    block.parameters.map(({ name, layout }) => {
      const size = layout.shape.reduce((a, b) => a * b, 1);
      return [name, tensor(new Float32Array(size).fill(value), [...layout.shape])];
    }),
  );
}

function stepWith(optimiser: Optimiser, block: Block, value: number): void {
  const gradients = gradientsOf(block, value);
  optimiser.step(block, gradients);
  dispose([...gradients.values()]);
}

async function firstWeight(block: Block): Promise<number> {
  return tensorNamed(await block.values(), `${block.name}.dense.weight`).data[0] ?? NaN;
}

/** Adam as PyTorch documents it, for one number. */
function referenceAdam(start: number, gradients: readonly number[]): number {
  let [value, m, v] = [start, 0, 0];
  gradients.forEach((g, i) => {
    const t = i + 1;
    m = settings.beta1 * m + (1 - settings.beta1) * g;
    v = settings.beta2 * v + (1 - settings.beta2) * g * g;
    const [mean, square] = [m / (1 - settings.beta1 ** t), v / (1 - settings.beta2 ** t)];
    value -= (settings.learningRate * mean) / (Math.sqrt(square) + settings.epsilon);
  });
  return value;
}

describeBackends((backend) => {
  test(`OPT-1: Adam's steps are PyTorch's, bias correction and tiny gradients included (${backend})`, async () => {
    const gradient = fc.oneof(
      fc.double({ min: -3, max: 3, noNaN: true }),
      fc.constantFrom(0, 1e-9, -1e-8, 1e-7),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(gradient, { minLength: 1, maxLength: 6 }), async (gradients) => {
        const before = memory().numTensors;
        const [block, other] = twoBlocks();
        const adam = new Adam(settings);
        const start = await firstWeight(block);
        for (const value of gradients) stepWith(adam, block, value);
        expect(await firstWeight(block)).toBeCloseTo(referenceAdam(start, gradients.map(Math.fround)), 6);
        for (const own of [block, other, adam]) own.dispose();
        expect(memory().numTensors).toBe(before);
      }),
      { numRuns: 30 },
    );
  });

  test(`OPT-2: moments and step counters belong to blocks: a block that is not stepped keeps its own (${backend})`, async () => {
    const [a, b] = twoBlocks();
    const adam = new Adam(settings);
    const start = await firstWeight(b);
    for (const value of [1, 1, 1]) stepWith(adam, a, value);
    stepWith(adam, b, 0.5);
    expect(await firstWeight(b)).toBeCloseTo(referenceAdam(start, [0.5]), 6);
    const state = await adam.exportState([a, b]);
    expect(state.steps).toEqual(
      new Map([
        ['block1', 3],
        ['block2', 1],
      ]),
    );
    expect((await adam.exportState([b])).steps).toEqual(new Map([['block2', 1]]));
    for (const own of [a, b, adam]) own.dispose();
  });

  test(`OPT-3: an optimiser that takes over an exported state goes on as the first would have (${backend})`, async () => {
    const [first] = twoBlocks();
    const adam = new Adam(settings);
    for (const value of [0.3, -2]) stepWith(adam, first, value);
    const [state, values] = [await adam.exportState([first]), await first.values()];
    expect([...state.moments.keys()]).toEqual(
      ['weight/m', 'weight/v', 'bias/m', 'bias/v'].map((name) => `block1.dense.${name}`),
    );
    expect(state.moments.get('block1.dense.weight/m')?.shape).toEqual([2, 2]);
    const [second] = twoBlocks();
    second.load(values);
    const other = new Adam(settings);
    other.importState(state);
    expect(await other.exportState([second])).toEqual(state);
    for (const [optimiser, block] of [
      [adam, first],
      [other, second],
    ] as const)
      stepWith(optimiser, block, 0.7);
    expect(await second.values()).toEqual(await first.values());
    expect(await other.exportState([second])).toEqual(await adam.exportState([first]));
    for (const own of [first, second, adam, other]) own.dispose();
  });

  test(`OPT-3: moments go out and in in PyTorch's layouts (${backend})`, async () => {
    const { generator } = cganSpec({ width: 1 / 16, zDim: 4 });
    const block = new Block(generator, 1);
    block.load(initialValues(generator, new Random(3)));
    const random = new Random(4);
    const moments = new Map(
      block.parameters
        .filter(({ trainable }) => trainable)
        .flatMap(({ name, layout }) =>
          ['m', 'v'].map((moment) => {
            const length = layout.outside.reduce((a, b) => a * b, 1);
            const data = Float32Array.from({ length }, () => random.next());
            return [`${name}/${moment}`, { shape: layout.outside, data }] as const;
          }),
        ),
    );
    const still = new Adam({ ...settings, beta1: 1 - 2 ** -24, beta2: 1 - 2 ** -24 });
    still.importState({ steps: new Map([['block1', 5]]), moments });
    stepWith(still, block, 0);
    const { moments: found } = await still.exportState([block]);
    for (const [name, { shape, data }] of moments) {
      const own = tensorNamed(found, name);
      expect(own.shape).toEqual(shape);
      own.data.forEach((value, i) => expect(value).toBeCloseTo(data[i] ?? NaN, 5));
    }
    for (const own of [block, still]) own.dispose();
  });

  test(`OPT-4: SGD moves against the gradient by the learning rate and counts its steps (${backend})`, async () => {
    const [block, other] = twoBlocks();
    const sgd = new Sgd({ learningRate: 0.25 });
    const start = await firstWeight(block);
    stepWith(sgd, block, 2);
    expect(await firstWeight(block)).toBeCloseTo(start - 0.5, 6);
    const state = await sgd.exportState([block, other]);
    expect(state).toEqual({ steps: new Map([['block1', 1]]), moments: new Map() });
    const next = new Sgd({ learningRate: 0.25 });
    next.importState(state);
    stepWith(next, block, 0);
    expect((await next.exportState([block])).steps.get('block1')).toBe(2);
    for (const own of [block, other, sgd, next]) own.dispose();
  });

  test(`OPT-5: a missing gradient or a misshapen moment is refused by name, and no parameter moves (${backend})`, async () => {
    const [block] = twoBlocks();
    const start = await block.values();
    const adam = new Adam(settings);
    const gradients = new Map<string, Tensor>(gradientsOf(block, 1));
    const bias = gradients.get('block1.dense.bias');
    gradients.delete('block1.dense.bias');
    expect(() => adam.step(block, gradients)).toThrow('no gradient for "block1.dense.bias"');
    const moments = new Map([['block1.dense.weight/v', { shape: [3], data: new Float32Array(3) }]]);
    adam.importState({ steps: new Map(), moments });
    gradients.set('block1.dense.bias', bias ?? tensor([0]));
    expect(() => adam.step(block, gradients)).toThrow('"block1.dense.weight/v" is [3] but must be [2, 2]');
    expect(await block.values()).toEqual(start);
    dispose([...gradients.values()]);
    for (const own of [block, adam]) own.dispose();
  });
});
