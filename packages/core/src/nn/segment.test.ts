import { dispose, memory, tensor, tensor1d, type Tensor } from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { cganSpec, parametersOf, type NetworkSpec } from '../architecture/index.ts';
import { Random } from '../random.ts';
import { disposeGradients } from './gradients.ts';
import { initialValues } from './initialise.ts';
import { Segment } from './segment.ts';
import { useBackend } from './testing/backends.ts';

beforeAll(() => useBackend('wasm'));

const spec = cganSpec({ width: 1 / 16, zDim: 6 });

/** One training pass through the network divided at `places`: output, input gradient, parameter gradients, statistics. */
async function step(network: NetworkSpec, places: readonly number[]): Promise<Map<string, number[]>> {
  const values = initialValues(network, new Random(1));
  const ends = [...places, network.blocks.length];
  const segments = ends.map((end, i) => new Segment(network, (places[i - 1] ?? 0) + 1, end));
  const random = new Random(2);
  const numbers = (shape: readonly number[]) =>
    tensor(
      Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.normal()),
      [...shape],
    );
  const labels = tensor1d([1, 9, 4], 'int32');
  const used: Tensor[] = [labels, numbers([3, ...network.inputShape])];
  const contexts = segments.map((segment) => {
    segment.load(values);
    const { output, context } = segment.forward(used.at(-1) ?? labels, { mode: 'training', labels });
    used.push(output);
    return context;
  });
  const output = used.at(-1) ?? labels;
  const result = new Map([['output', Array.from(await output.data<'float32'>())]]);
  used.push(numbers(output.shape));
  for (const [i, segment] of [...segments.entries()].reverse()) {
    const context = contexts[i];
    if (!context) continue;
    const found = segment.backward(context, used.at(-1) ?? labels, { input: true, parameters: true });
    for (const [name, gradient] of found.parameters ?? [])
      result.set(name, Array.from(gradient.dataSync<'float32'>()));
    disposeGradients(found.parameters ?? new Map());
    if (found.input) used.push(found.input);
    segment.commitStatistics(context);
    for (const [name, { data }] of await segment.values()) result.set(`${name} after`, Array.from(data));
    context.dispose();
    segment.dispose();
  }
  result.set('input gradient', Array.from(await (used.at(-1) ?? labels).data<'float32'>()));
  dispose(used);
  return result;
}

const divisions = [[1], [2], [3], [1, 4], [2, 3], [1, 2, 3, 4]];

test.each(['generator', 'discriminator'] as const)(
  'NN-13: the %s gives the same numbers wherever it is divided',
  async (kind) => {
    const before = memory().numTensors;
    const whole = await step(spec[kind], []);
    const trainable = parametersOf(spec[kind]).filter((parameter) => parameter.trainable);
    for (const { name } of trainable) expect(whole.has(name)).toBe(true);
    for (const places of divisions) {
      const divided = await step(spec[kind], places);
      expect([...divided.keys()].sort()).toEqual([...whole.keys()].sort());
      for (const [name, numbers] of whole) expect(divided.get(name)).toEqual(numbers);
    }
    expect(memory().numTensors).toBe(before);
  },
);

test('NN-13: a context of another segment and a segment that ends before its beginning are refused', () => {
  const [a, b] = [new Segment(spec.discriminator, 2, 3), new Segment(spec.discriminator, 2, 3)];
  const values = initialValues(spec.discriminator, new Random(1));
  a.load(values);
  b.load(values);
  const x = tensor(new Float32Array(2 * 14 * 14 * 4).fill(0.5), [2, 14, 14, 4]);
  const { output, context } = a.forward(x, { mode: 'running' });
  expect(() => b.backward(context, output, { input: true, parameters: false })).toThrow(TypeError);
  expect(() => new Segment(spec.generator, 4, 2)).toThrow('from block 4 to block 2');
  dispose([x, output]);
  context.dispose();
  a.dispose();
  b.dispose();
});
