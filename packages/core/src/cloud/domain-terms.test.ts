import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { cganSpec } from '../architecture/index.ts';
import { initialGan } from '../gan/index.ts';
import { disposeGradients, readAll, Segment } from '../nn/index.ts';
import { toOutside } from '../nn/layout.ts';
import { useBackend } from '../nn/testing/backends.ts';
import { Random } from '../random.ts';
import { type NamedTensors, type PlainTensor, tensorNamed } from '../tensors/index.ts';
import { DomainTerms } from './domain-terms.ts';

beforeAll(() => useBackend('wasm'));

const spec = cganSpec({ width: 1 / 16, zDim: 4, classes: 3 });
const BATCH = 2;
const optimiser = { learningRate: 2e-3, beta1: 0.5, beta2: 0.999, epsilon: 1e-8 };
const generator = generatorOnly(initialGan(spec, new Random(3)));

function generatorOnly(values: NamedTensors): NamedTensors {
  return new Map([...values].filter(([name]) => name.startsWith('generator.')));
}

function termsOf(
  changes: { readonly lambda1?: number; readonly lambda2?: number; readonly steps?: number } = {},
) {
  return new DomainTerms({
    ...{
      spec,
      optimiser,
      batch: BATCH,
      seed: 'terms',
      by: 'cloud' as const,
      lambda1: 0.5,
      lambda2: 1,
      steps: 10,
    },
    ...changes,
  });
}

function noise(seed: number): Float32Array {
  const random = new Random(seed);
  return Float32Array.from({ length: BATCH * spec.zDim }, () => random.normal());
}

/** The values with one number moved. */
function moved(values: NamedTensors, name: string, index: number, by: number): NamedTensors {
  const { shape, data } = tensorNamed(values, name);
  const changed = data.slice();
  changed[index] = (changed[index] ?? NaN) + by;
  return new Map<string, PlainTensor>([...values, [name, { shape, data: changed }]]);
}

describe('the terms of label related communities', () => {
  test.each([
    ['block1.embedding.weight', 0.5, 1],
    ['block1.dense.weight', 0.5, 1],
    ['block1.norm.weight', 1, 0.1],
    ['block4.conv.weight', 0.1, 1],
  ])(
    'TIER-20: the gradient of both losses is that of finite differences: %s',
    async (name, lambda1, lambda2) => {
      const terms = termsOf({ lambda1, lambda2 });
      const z = noise(1);
      const valueAt = async (values: NamedTensors) => {
        terms.load(values);
        const { losses, gradients } = await terms.losses(z);
        disposeGradients(gradients);
        return lambda1 * losses.invariant + lambda2 * losses.specific;
      };
      terms.load(generator);
      const { gradients } = await terms.losses(z);
      const gradient = gradients.get(name);
      if (!gradient) throw new Error(`no gradient of ${name}`);
      const [inside = new Float32Array()] = await readAll([gradient]);
      disposeGradients(gradients);
      // Where the gradient is largest the rounding of 32 bits is least.
      const parameters = new Segment(spec.generator, 1, 5).blocks.flatMap((block) => block.parameters);
      const layout = parameters.find((parameter) => parameter.name === name)?.layout;
      if (!layout) throw new Error(`no parameter ${name}`);
      const found = toOutside(layout, inside);
      const index = found.reduce(
        (best, value, i) => (Math.abs(value) > Math.abs(found[best] ?? 0) ? i : best),
        0,
      );
      const step = 1e-2;
      const above = await valueAt(moved(generator, `generator.${name}`, index, step));
      const below = await valueAt(moved(generator, `generator.${name}`, index, -step));
      const expected = (above - below) / (2 * step);
      expect(Math.abs((found[index] ?? NaN) / expected - 1)).toBeLessThan(0.1); // 32 bits, and kinks nearby; a wrong factor is far off
      terms.dispose();
    },
  );

  test('TIER-20: the invariant loss sums the unordered pairs of domains, and the specific one starts at chance', async () => {
    const terms = termsOf();
    terms.load(generator);
    const { losses, gradients } = await terms.losses(noise(2));
    disposeGradients(gradients);
    expect(losses.invariant).toBeGreaterThan(0);
    // An untrained classifier is about as good as chance: ln 3 for each of three domains.
    expect(Math.abs(losses.specific / (3 * Math.log(3)) - 1)).toBeLessThan(0.2);
    terms.dispose();
  });

  test('TIER-21: updates make both losses smaller, classifier and moments go on, and no tensor is left', async () => {
    const before = memory().numTensors;
    const terms = termsOf({ steps: 6 });
    const first = await terms.improve(generator, 1);
    const second = await terms.improve(first.generator, 2, first.domains);
    expect([...second.domains.moments.steps.values()].every((steps) => steps === 12)).toBe(true);
    const lossesOf = async (values: NamedTensors) => {
      terms.load(values, second.domains);
      const { losses, gradients } = await terms.losses(noise(5));
      disposeGradients(gradients);
      return losses;
    };
    const [start, end] = [await lossesOf(generator), await lossesOf(second.generator)];
    expect(end.invariant).toBeLessThan(start.invariant);
    expect(end.specific).toBeLessThan(start.specific);
    terms.dispose();
    expect(memory().numTensors).toBe(before);
  });

  test('TIER-21: the same seed, merge and state give the same generator', async () => {
    const results = [];
    for (const version of [1, 1, 2]) {
      const terms = termsOf({ steps: 2 });
      results.push((await terms.improve(generator, version)).generator);
      terms.dispose();
    }
    expect(results[0]).toEqual(results[1]);
    expect(results[0]).not.toEqual(results[2]);
  });
});
