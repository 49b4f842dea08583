import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { cganSpec, domainClassifier, wholeCut } from '../architecture/index.ts';
import { disposeGradients, initialValues, readAll } from '../nn/index.ts';
import { useBackend } from '../nn/testing/backends.ts';
import { Random } from '../random.ts';
import { type NamedTensors, type PlainTensor, tensorNamed } from '../tensors/index.ts';
import { type CentralPart, centralPart, DomainLoss, initialGan } from './index.ts';
import { withKind, withoutKind } from './names.ts';

const spec = cganSpec({ width: 1 / 16, zDim: 4, classes: 3 });
const cut = wholeCut(spec, 'judged');
const WEIGHTS = { lambda1: 0.5, lambda2: 0.8, batch: 2 };
/** With so large an epsilon and no memory Adam's step is a tenth of the gradient, so that moves tell gradients. */
const optimiser = { learningRate: 1e3, beta1: 0, beta2: 0, epsilon: 1e4 };
const values = initialGan(spec, new Random(5));
const network = domainClassifier(spec);
const classifier = withKind(network, initialValues(network, new Random('C')));
const BATCH = 3;

beforeAll(() => useBackend('wasm'));

function edge(pace: 'sync' | 'async', terms: typeof WEIGHTS | undefined): CentralPart {
  return centralPart('judged', { spec, optimiser, seed: 'noise', pace, terms, domain: 1 });
}

/** One local iteration of one device; gives the generator as it was when the images were drawn, and after. */
async function iteration(part: CentralPart, staleness = 0) {
  const random = new Random('answer');
  const data = Float32Array.from({ length: BATCH * 28 * 28 }, () => 0.1 * random.normal());
  const answer = new Map<string, PlainTensor>([
    ['judgedGradient', { shape: [BATCH, ...spec.imageShape], data }],
    ['realism', { shape: [1], data: Float32Array.of(-0.5) }],
  ]);
  part.begin([{ id: 'a', cut, batch: BATCH }], 0);
  const options = { features: false, staleness: new Map([['a', staleness]]) };
  await part.exchange(1, new Map([['a', new Map()]]), options);
  const before = await part.values();
  await part.exchange(2, new Map([['a', answer]]), options);
  return { before, after: await part.values() };
}

/** Parameters that are laid out alike everywhere. */
const COMPARED = ['block1.embedding.weight', 'block2.norm.weight', 'block4.norm.bias', 'block5.conv.bias'];

/** The gradients of the terms at this generator and the first noise of their own. */
async function expectedGradients(generator: NamedTensors): Promise<ReadonlyMap<string, Float32Array>> {
  const loss = new DomainLoss(spec, WEIGHTS);
  const own = withoutKind(spec.generator, generator);
  loss.first.load(own);
  loss.rest.load(own);
  loss.classifier.load(withoutKind(network, classifier));
  const { losses, gradients } = loss.at(loss.draw(new Random('noise/domains')));
  losses.dispose();
  const found = await readAll(COMPARED.flatMap((name) => gradients.get(name) ?? []));
  disposeGradients(gradients);
  loss.dispose();
  return new Map(COMPARED.map((name, i) => [name, found[i] ?? new Float32Array()]));
}

function moves({ before, after }: { before: NamedTensors; after: NamedTensors }, name: string): number[] {
  const [from, to] = [before, after].map((all) => tensorNamed(all, `generator.${name}`).data);
  return [...(to ?? [])].map((value, i) => value - (from?.[i] ?? NaN));
}

describe('an edge that computes the domain terms', () => {
  test.each([
    ['sync', 0, 1],
    ['async', 0, 1],
    ['async', 0.7, Math.exp(-0.7)],
  ] as const)(
    'TIER-23: %s, at staleness %d: adds the gradients of both losses over all domains to its own',
    async (pace, staleness, share) => {
      const [plain, withTerms] = [edge(pace, undefined), edge(pace, WEIGHTS)];
      for (const part of [plain, withTerms]) part.load(new Map([...values, ...classifier]));
      const without = await iteration(plain, staleness);
      const added = await iteration(withTerms, staleness);
      expect(added.before).toEqual(without.before);
      const gradients = await expectedGradients(added.before);
      for (const name of COMPARED) {
        const expected = [...(gradients.get(name) ?? [])].map((value) => -0.1 * share * value);
        const own = moves(without, name);
        const found = moves(added, name).map((move, i) => move - (own[i] ?? NaN));
        const size = Math.max(...expected.map(Math.abs));
        expect(size).toBeGreaterThan(3e-6);
        // Numbers near 1 are told apart by 6e-8 in 32 bits.
        found.forEach((move, i) => {
          expect(Math.abs(move - (expected[i] ?? NaN))).toBeLessThan(0.02 * size + 2e-7);
        });
      }
      plain.dispose();
      withTerms.dispose();
    },
  );

  test.each(['sync', 'async'] as const)(
    'TIER-23: %s, without a classifier it trains without the terms; one that came stays, and no tensor is left',
    async (pace) => {
      const before = memory().numTensors;
      const [plain, withTerms] = [edge(pace, undefined), edge(pace, WEIGHTS)];
      for (const part of [plain, withTerms]) part.load(values);
      expect(await iteration(withTerms)).toEqual(await iteration(plain));
      for (const part of [plain, withTerms]) part.load(new Map([...values, ...classifier]));
      for (const part of [plain, withTerms]) part.load(values);
      expect((await iteration(withTerms)).after).not.toEqual((await iteration(plain)).after);
      plain.dispose();
      withTerms.dispose();
      expect(memory().numTensors).toBe(before);
    },
  );

  test('TIER-24: an asynchronous edge keeps no weights of devices that are gone', async () => {
    const part = edge('async', undefined);
    part.load(values);
    const participants = ['a', 'b'].map((id) => ({ id, cut, batch: BATCH }));
    const draw = async (id: string) => {
      part.begin(
        participants.filter((one) => one.id === id),
        0,
      );
      await part.exchange(1, new Map([[id, new Map()]]), { features: false });
    };
    await draw('a');
    const one = memory().numTensors;
    await draw('b');
    expect(memory().numTensors).toBeGreaterThan(one);
    part.retain?.(new Set(['a', 'never seen']));
    expect(memory().numTensors).toBe(one);
    const answer = new Map([['b', new Map<string, PlainTensor>()]]);
    await expect(part.exchange(2, answer, { features: false })).rejects.toThrow('device b has no step');
    part.dispose();
  });
});
