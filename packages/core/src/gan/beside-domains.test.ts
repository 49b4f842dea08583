import { clone, memory, mul, scalar, sum, tensor, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { cganSpec, wholeCut } from '../architecture/index.ts';
import { disposeGradients, readAll, Segment } from '../nn/index.ts';
import { useBackend } from '../nn/testing/backends.ts';
import { Random } from '../random.ts';
import { type NamedTensors, type PlainTensor, tensorNamed } from '../tensors/index.ts';
import { backBeside, forwardBeside } from './beside-domains.ts';
import { centralPart, initialGan } from './index.ts';
import { withoutKind } from './names.ts';

const DOMAINS = 3;
const spec = cganSpec({ width: 1 / 16, zDim: 4, classes: DOMAINS });
const values = initialGan(spec, new Random(5));
const ROWS = 4;
const CODE = 'block1.embedding.weight';

beforeAll(() => useBackend('wasm'));

function normals(seed: string, count: number): Float32Array {
  const random = new Random(seed);
  return Float32Array.from({ length: count }, () => random.normal());
}

function generatorOf(all: NamedTensors): Segment {
  const segment = new Segment(spec.generator, 1, spec.generator.blocks.length);
  segment.load(withoutKind(spec.generator, all));
  return segment;
}

const own = { z: normals('z', ROWS * spec.zDim), labels: new Int32Array(ROWS).fill(1) };
const wanted = normals('wanted', ROWS * 28 * 28);

/** The loss sum(wanted * own images), and its gradient at the code's embedding, [domains, width]. */
async function pass(all: NamedTensors, domains: number) {
  const segment = generatorOf(all);
  const [loss, code] = tidy(() => {
    const direction = tensor(wanted, [ROWS, ...spec.imageShape]);
    const { output, context } = forwardBeside(segment, { ...own, domains });
    const gradients = backBeside(segment, context, direction, domains);
    const found = [sum(mul(output, direction)), clone(gradients.get(CODE) ?? scalar(NaN))];
    context.dispose();
    disposeGradients(gradients);
    return found;
  });
  const [lossValue, gradient] = await readAll([loss ?? scalar(NaN), code ?? scalar(NaN)]);
  for (const used of [loss, code]) used?.dispose();
  segment.dispose();
  return { loss: lossValue?.[0] ?? NaN, gradient: [...(gradient ?? [])] };
}

/** The generator with one number of its embedding moved. */
function moved(index: number, by: number): NamedTensors {
  const name = `generator.${CODE}`;
  const before = tensorNamed(values, name);
  const data = Float32Array.from(before.data, (value, i) => (i === index ? value + by : value));
  return new Map([...values, [name, { ...before, data }]]);
}

describe('an edge that draws for one domain', () => {
  test('TIER-29: in a batch of its own domain alone the code changes nothing, and has no gradient', async () => {
    const { loss, gradient } = await pass(values, 1);
    const other = await pass(moved(10, 0.5), 1);
    expect(Math.abs(other.loss - loss)).toBeLessThan(1e-4 * Math.abs(loss));
    const { gradient: beside } = await pass(values, DOMAINS);
    const size = Math.max(...beside.map(Math.abs));
    expect(Math.max(...gradient.map(Math.abs))).toBeLessThan(1e-3 * size);
  });

  test('TIER-29: beside the other domains its code has the gradient of finite differences', async () => {
    const { gradient } = await pass(values, DOMAINS);
    const size = Math.max(...gradient.map(Math.abs));
    // The own domain's code, and another's, which counts through the statistics.
    for (const index of [10, 13, 3, 25]) {
      const STEP = 0.01;
      const up = await pass(moved(index, STEP), DOMAINS);
      const down = await pass(moved(index, -STEP), DOMAINS);
      const expected = (up.loss - down.loss) / (2 * STEP);
      expect(Math.abs((gradient[index] ?? NaN) - expected)).toBeLessThan(0.03 * size);
    }
  });

  test.each(['sync', 'async'] as const)(
    'TIER-29: %s, it sends its own domain’s images alone, learns its code, and leaves no tensor',
    async (pace) => {
      const before = memory().numTensors;
      const learned = await Promise.all([1, DOMAINS].map((domains) => iteration(pace, domains)));
      expect(learned[0]?.shapes).toEqual(learned[1]?.shapes);
      expect(learned[1]?.shapes).toEqual([
        [ROWS, ...spec.imageShape],
        [ROWS, ...spec.imageShape],
      ]);
      expect(learned[0]?.move).toBeLessThan(1e-3 * (learned[1]?.move ?? NaN));
      expect(memory().numTensors).toBe(before);
    },
  );
});

/** One local iteration of one device of domain 1: what it was sent, and how far the code's embedding moved. */
async function iteration(pace: 'sync' | 'async', besideDomains: number) {
  // With so large an epsilon and no memory Adam's step is a multiple of the gradient.
  const optimiser = { learningRate: 1e3, beta1: 0, beta2: 0, epsilon: 1e4 };
  const part = centralPart('judged', { spec, optimiser, seed: 'noise', pace, domain: 1, besideDomains });
  part.load(values);
  part.begin([{ id: 'a', cut: wholeCut(spec, 'judged'), batch: ROWS }], 0);
  const options = { features: false, staleness: new Map([['a', 0]]) };
  const { downs } = await part.exchange(1, new Map([['a', new Map()]]), options);
  const answer = new Map<string, PlainTensor>([
    ['judgedGradient', { shape: [ROWS, ...spec.imageShape], data: wanted }],
    ['realism', { shape: [1], data: Float32Array.of(-0.5) }],
  ]);
  await part.exchange(2, new Map([['a', answer]]), options);
  const after = tensorNamed(await part.values(), `generator.${CODE}`).data;
  const start = tensorNamed(values, `generator.${CODE}`).data;
  part.dispose();
  return {
    shapes: [...(downs.get('a')?.values() ?? [])].map(({ shape }) => shape),
    move: Math.max(...[...after].map((value, i) => Math.abs(value - (start[i] ?? NaN)))),
  };
}
