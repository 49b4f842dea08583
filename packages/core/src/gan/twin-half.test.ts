import { engine, memory, mul, tensor, tensor1d, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { cganSpec, secondGenerator, wholeCut } from '../architecture/index.ts';
import { deviceParameters } from '../federate/index.ts';
import { bceWithLogits } from '../nn/index.ts';
import { useBackend } from '../nn/testing/backends.ts';
import { Random } from '../random.ts';
import { centralPart, initialGan, makeHalf, type StepLosses, type TrainingBatch } from './index.ts';
import { merged } from './names.ts';
import { drawnBatches, drawnCohort, largestDifference } from './testing/index.ts';
import { WholeNetwork } from './testing/whole-network.ts';

const spec = cganSpec({ width: 1 / 16, zDim: 8 });
const cut = wholeCut(spec, 'twin');
const values = initialGan(spec, new Random('first values'), 'twin');
const cohort = {
  ...drawnCohort(spec, [{ id: 'a', cut, batch: 4 }]),
  deviceValues: new Map([['a', values]]),
  bodyValues: values,
};

beforeAll(() => useBackend('wasm'));

function halfWithValues() {
  const half = makeHalf({ spec, cut, optimiser: cohort.optimiser });
  half.load(values);
  return half;
}

function batchOf(seed: number): TrainingBatch {
  const batch = drawnBatches(cohort, seed).get('a');
  if (!batch) throw new Error('no batch was drawn');
  return batch;
}

/** The step as its definition says, on whole networks block by block; leaves tensors behind. */
class Reference {
  readonly #generators = [spec.generator, secondGenerator(spec)].map((one) => new WholeNetwork(one, cohort));
  readonly #discriminator = new WholeNetwork(spec.discriminator, cohort);

  async step({ images, labels, z }: TrainingBatch): Promise<StepLosses> {
    const ofA = (one: Tensor | undefined) => new Map(one ? [['a', one]] : []);
    const known = new Map([['a', tensor1d(labels, 'int32')]]);
    const pass = (network: WholeNetwork, input: Tensor | undefined) => {
      const made = network.forward(ofA(input), known);
      network.commitStatistics(made);
      return made;
    };
    const judged = (input: Tensor | undefined, target: 0 | 1) => {
      const made = pass(this.#discriminator, input);
      return { made, ...bceWithLogits(made.outputs.get('a') as Tensor2D, target) };
    };
    const noise = tensor(z, [labels.length, spec.zDim]);
    const drawn = this.#generators.map((generator) => ({ generator, made: pass(generator, noise) }));
    const fakes = drawn.map(({ made }) => judged(made.outputs.get('a'), 0));
    const real = judged(tensor(images, [labels.length, ...spec.imageShape]), 1);
    this.#discriminator.update(
      ...fakes.map(({ made, gradient }) => this.#discriminator.backward(made, ofA(mul(gradient, 0.5))).own),
      this.#discriminator.backward(real.made, ofA(real.gradient)).own,
    );
    const fooled = drawn.map(({ generator, made }) => {
      const again = judged(made.outputs.get('a'), 1);
      const { inputs } = this.#discriminator.backward(again.made, ofA(again.gradient));
      generator.update(generator.backward(made, inputs).own);
      return again.loss;
    });
    const mean = async (losses: readonly Tensor[]) => {
      const read = await Promise.all(losses.map((loss) => loss.data()));
      return read.reduce((sum, [loss = NaN]) => sum + loss / losses.length, 0);
    };
    return {
      discriminatorReal: await mean([real.loss]),
      discriminatorFake: await mean(fakes.map(({ loss }) => loss)),
      generator: await mean(fooled),
    };
  }

  async values() {
    const networks = [...this.#generators, this.#discriminator];
    return merged(await Promise.all(networks.map((network) => network.values('a'))));
  }
}

describe('a step with two generators', () => {
  test('HFL-1: three steps equal those of three whole networks: real counts one, the fakes of each half', async () => {
    engine().startScope();
    const half = halfWithValues();
    const reference = new Reference();
    for (const seed of [1, 2, 3]) {
      expect((await half.begin(batchOf(seed))).size).toBe(0);
      const actual = await half.finish(new Map());
      const expected = await reference.step(batchOf(seed));
      for (const loss of ['discriminatorReal', 'discriminatorFake', 'generator'] as const)
        expect(actual[loss]).toBeCloseTo(expected[loss], 5);
    }
    const after = await half.values();
    expect(largestDifference(after, await reference.values())).toBeLessThanOrEqual(1e-5);
    for (const network of ['generator.', 'generator2.', 'discriminator.']) {
      const own = (all: typeof after) => new Map([...all].filter(([name]) => name.startsWith(network)));
      expect(largestDifference(own(after), own(values))).toBeGreaterThan(1e-4);
    }
    half.dispose();
    engine().endScope();
  });

  test('HFL-2: layers and moments of all three networks have names of their own and are taken up again', async () => {
    const straight = halfWithValues();
    const resumed = halfWithValues();
    const names = deviceParameters(spec, cut).map(({ name }) => name);
    expect([...(await straight.values()).keys()]).toEqual(names);
    expect(new Set(names).size).toBe(names.length);
    await straight.begin(batchOf(1));
    await straight.finish(new Map());
    resumed.load(await straight.values());
    resumed.loadMoments(await straight.moments());
    for (const half of [straight, resumed]) {
      await half.begin(batchOf(2));
      await half.finish(new Map());
    }
    expect(largestDifference(await resumed.values(), await straight.values())).toBe(0);
    straight.dispose();
    resumed.dispose();
  });

  test('HFL-3: steps, finished or abandoned, leave no tensor behind', async () => {
    const before = memory().numTensors;
    const half = halfWithValues();
    await half.begin(batchOf(1));
    await half.finish(new Map());
    const settled = memory().numTensors;
    await half.begin(batchOf(2));
    half.abandon();
    await half.begin(batchOf(3));
    await half.finish(new Map());
    expect(memory().numTensors).toBe(settled);
    half.dispose();
    expect(memory().numTensors).toBe(before);
  });

  test('HFL-2: pictures are those of the first generator, and the coordinator holds nothing', async () => {
    const half = halfWithValues();
    const { z, labels } = batchOf(1);
    const shown = await half.generateHead(z, labels);
    const other = [...values].flatMap(([name, value]) =>
      name.startsWith('generator2.') ? [[name.replace('generator2', 'generator'), value] as const] : [],
    );
    half.load(new Map([...values, ...other]));
    expect((await half.generateHead(z, labels))?.data).not.toEqual(shown?.data);
    half.load(values);
    expect(await half.generateHead(z, labels)).toEqual(shown);
    half.dispose();
    const part = centralPart('twin', { spec, optimiser: cohort.optimiser, seed: 'noise' });
    expect((await part.values()).size).toBe(0);
  });
});
