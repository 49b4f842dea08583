import { memory } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import type { NetworkSpec } from '../architecture/index.ts';
import { parametersOf } from '../architecture/index.ts';
import type { NamedTensors } from '../tensors/index.ts';
import { referenceBlock, type ReferencePass } from './conformance/reference.ts';
import { selfTestNumbers } from './self-test-numbers.ts';
import { fingerprint, selfTest, selfTestSetting } from './self-test.ts';
import { describeBackends } from './testing/backends.ts';

describeBackends((backend) => {
  test(`NN-17: the self-test passes on ${backend} and leaves no tensor behind`, async () => {
    const before = memory().numTensors;
    const result = await selfTest();
    expect(result).toMatchObject({ ok: true });
    expect(result.largestDifference).toBeLessThan(1e-4);
    expect(memory().numTensors).toBe(before);
  });
});

describe('the stored numbers', () => {
  test('NN-17: the numbers of the self-test follow from the definitions', () => {
    const computed = referenceStep();
    expect([...computed.keys()]).toEqual(Object.keys(selfTestNumbers));
    for (const [name, [length, wave]] of computed) {
      const stored = selfTestNumbers[name];
      expect(stored?.[0]).toBeCloseTo(length, 6);
      expect(stored?.[1]).toBeCloseTo(wave, 6);
    }
  });
});

function referenceStep(): Map<string, readonly [number, number]> {
  const { spec, batch, z, labels, adam, ...values } = selfTestSetting();
  const forward = (generator: NamedTensors) => {
    const fake = through(spec.generator, generator, Float64Array.from(z));
    const verdict = through(spec.discriminator, values.discriminator, output(fake));
    const logits = output(verdict);
    const loss = logits.reduce((sum, x) => sum + Math.log1p(Math.exp(-x)), 0) / batch;
    return { fake, verdict, loss, gradient: logits.map((x) => (1 / (1 + Math.exp(-x)) - 1) / batch) };
  };
  const through = (network: NetworkSpec, own: NamedTensors, input: Float64Array) => {
    const passes: ReferencePass[] = [];
    network.blocks.forEach((_, i) => {
      const x = passes.at(-1)?.output ?? input;
      passes.push(referenceBlock(network, i + 1, { values: own, input: x, labels }));
    });
    return passes;
  };
  const before = forward(values.generator);
  const ofVerdict = back(before.verdict, before.gradient);
  const ofFake = back(before.fake, ofVerdict.input);
  const moved = new Map(
    [...values.generator].map(([name, { shape, data }]) => {
      const gradient = ofFake.parameters.get(name);
      // The first bias-corrected step of Adam is rate x g / (|g| + epsilon).
      const step = (g: number) => (adam.learningRate * g) / (Math.abs(g) + adam.epsilon);
      return [
        name,
        { shape, data: gradient ? data.map((value, i) => value - step(gradient[i] ?? 0)) : data },
      ];
    }),
  );
  const after = forward(moved);
  const gradients = (network: NetworkSpec, found: ReadonlyMap<string, Float64Array>) =>
    parametersOf(network).flatMap(({ name }) => {
      const gradient = found.get(name);
      return gradient ? [[`${network.kind} ${name}`, fingerprint(gradient)] as const] : [];
    });
  return new Map([
    ['loss before', fingerprint([before.loss])],
    ['loss after', fingerprint([after.loss])],
    ...gradients(spec.generator, ofFake.parameters),
    ...gradients(spec.discriminator, ofVerdict.parameters),
  ]);
}

function output(passes: readonly ReferencePass[]): Float64Array {
  return passes.at(-1)?.output ?? new Float64Array();
}

function back(passes: readonly ReferencePass[], gradient: Float64Array) {
  const parameters = new Map<string, Float64Array>();
  let input = gradient;
  for (const pass of passes.toReversed()) {
    const found = pass.backward(input);
    input = found.input;
    for (const [name, value] of found.parameters) parameters.set(name, value);
  }
  return { input, parameters };
}
