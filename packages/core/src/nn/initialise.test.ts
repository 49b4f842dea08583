import { expect, test } from 'vitest';
import { cganSpec, parametersOf } from '../architecture/index.ts';
import { Random } from '../random.ts';
import { tensorNamed, type NamedTensors } from '../tensors/index.ts';
import { initialValues } from './initialise.ts';

const { generator, discriminator } = cganSpec({ width: 1 / 4 });

function moments(values: NamedTensors, name: string): { mean: number; deviation: number; largest: number } {
  const { data } = tensorNamed(values, name);
  const mean = data.reduce((sum, x) => sum + x, 0) / data.length;
  const deviation = Math.sqrt(data.reduce((sum, x) => sum + (x - mean) ** 2, 0) / data.length);
  return { mean, deviation, largest: data.reduce((most, x) => Math.max(most, Math.abs(x)), 0) };
}

test('NN-15: first values have the names, shapes and order of parametersOf', () => {
  for (const network of [generator, discriminator]) {
    const values = initialValues(network, new Random(1));
    expect([...values].map(([name, { shape }]) => ({ name, shape }))).toEqual(
      parametersOf(network).map(({ name, shape }) => ({ name, shape })),
    );
  }
});

test.each([
  ['generator', 'block1.dense', 110],
  ['generator', 'block2.conv', 32 * 16],
  ['discriminator', 'block2.conv', 16 * 16],
  ['discriminator', 'block5.dense', 3 * 3 * 64],
] as const)(
  'NN-15: weights and biases of %s %s are uniform within one over the root of %i',
  (kind, layer, fanIn) => {
    const values = initialValues({ generator, discriminator }[kind], new Random(2));
    const bound = 1 / Math.sqrt(fanIn);
    for (const own of ['weight', 'bias'])
      expect(moments(values, `${layer}.${own}`).largest).toBeLessThanOrEqual(bound);
    const { mean, deviation } = moments(values, `${layer}.weight`);
    const { length } = tensorNamed(values, `${layer}.weight`).data;
    expect(Math.abs(mean)).toBeLessThan((5 * bound) / Math.sqrt(3 * length));
    expect(deviation / (bound / Math.sqrt(3))).toBeGreaterThan(1 - 5 / Math.sqrt(length));
    expect(deviation / (bound / Math.sqrt(3))).toBeLessThan(1 + 5 / Math.sqrt(length));
  },
);

test('NN-15: embeddings are standard normal, normalisations start as the identity', () => {
  const values = initialValues(discriminator, new Random(3));
  const { mean, deviation } = moments(values, 'block1.embedding.weight');
  expect(Math.abs(mean)).toBeLessThan(0.06);
  expect(Math.abs(deviation - 1)).toBeLessThan(0.05);
  const expected = { weight: 1, bias: 0, running_mean: 0, running_var: 1 };
  for (const [name, value] of Object.entries(expected))
    expect(new Set(tensorNamed(values, `block1.norm.${name}`).data)).toEqual(new Set([value]));
});

test('NN-15: the same seed gives the same values, another one others', () => {
  const of = (seed: number) =>
    tensorNamed(initialValues(generator, new Random(seed)), 'block2.conv.weight').data;
  expect(of(4)).toEqual(of(4));
  expect(of(4)).not.toEqual(of(5));
});
