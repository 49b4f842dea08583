import { clone, memory, mul, scalar, sum, tensor, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { cganSpec, type Cut, EXCHANGES, SHALLOWEST_CUT, wholeCut } from '../architecture/index.ts';
import { disposeGradients, readAll, Segment } from '../nn/index.ts';
import { useBackend } from '../nn/testing/backends.ts';
import { Random } from '../random.ts';
import { type NamedTensors, type PlainTensor, tensorNamed } from '../tensors/index.ts';
import { backBeside, drawnLabels, forwardBeside } from './beside-labels.ts';
import { centralPart, initialGan, makeHalf } from './index.ts';
import { withoutKind } from './names.ts';
import { drawRehearsal } from './rehearsal.ts';

const LABELS = 3;
const spec = cganSpec({ width: 1 / 16, zDim: 4, classes: LABELS });
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

const own = new Int32Array(ROWS).fill(1);
const z = normals('z', ROWS * spec.zDim);
const wanted = normals('wanted', ROWS * 28 * 28);

/** The loss sum(wanted * own images), and its gradient at the labels' embedding, [labels, width]. */
async function pass(all: NamedTensors, beside: boolean) {
  const segment = generatorOf(all);
  const [loss, code] = tidy(() => {
    const direction = tensor(wanted, [ROWS, ...spec.imageShape]);
    const drawn = drawnLabels(own, { labels: LABELS, turn: 0, beside });
    const { output, context } = forwardBeside(segment, tensor(z, [ROWS, spec.zDim]), drawn);
    const gradients = backBeside(segment, context, direction, drawn.size);
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

describe('a batch of one label', () => {
  test('STEP-20: alone, the label changes nothing, and its embedding has no gradient', async () => {
    const { loss, gradient } = await pass(values, false);
    const other = await pass(moved(10, 0.5), false);
    expect(Math.abs(other.loss - loss)).toBeLessThan(1e-4 * Math.abs(loss));
    const { gradient: beside } = await pass(values, true);
    const size = Math.max(...beside.map(Math.abs));
    expect(Math.max(...gradient.map(Math.abs))).toBeLessThan(1e-3 * size);
  });

  test('STEP-20: beside other labels its embedding has the gradient of finite differences', async () => {
    const { gradient } = await pass(values, true);
    const size = Math.max(...gradient.map(Math.abs));
    // The own label's embedding, and another's, which counts through the statistics.
    for (const index of [10, 13, 3, 25]) {
      const STEP = 0.003;
      const up = await pass(moved(index, STEP), true);
      const down = await pass(moved(index, -STEP), true);
      const expected = (up.loss - down.loss) / (2 * STEP);
      expect(Math.abs((gradient[index] ?? NaN) - expected)).toBeLessThan(0.03 * size);
    }
  });

  test('STEP-20: every row has another label beside it, and each of the others comes equally often', () => {
    const labels = Int32Array.of(0, 2, 2, 1, 4);
    const counts = new Map<string, number>();
    const turns = 4 * labels.length;
    for (let turn = 0; turn < turns; turn++) {
      const drawn = listed(drawnLabels(labels, { labels: 5, turn, beside: true }));
      expect(drawn.slice(0, 5)).toEqual([...labels]);
      for (const [row, other] of drawn.slice(5).entries()) {
        const pair = `row ${row}: ${other}`;
        counts.set(pair, (counts.get(pair) ?? 0) + 1);
      }
    }
    expect(counts.size).toBe(5 * 4);
    expect(new Set(counts.values())).toEqual(new Set([turns / 4]));
    expect([...counts.keys()]).not.toContain('row 1: 2');
    // Where there is no other label, none is drawn.
    expect(listed(drawnLabels(new Int32Array(2), { labels: 1, turn: 0, beside: true }))).toEqual([0, 0]);
  });
});

function listed(labels: Tensor): number[] {
  const found = [...labels.dataSync()];
  labels.dispose();
  return found;
}

// With so large an epsilon and no memory Adam's step is a multiple of the gradient.
const optimiser = { learningRate: 1e3, beta1: 0, beta2: 0, epsilon: 1e4 };

/** How far the embedding moved from where it was. */
function moveOf(after: NamedTensors): number {
  const start = tensorNamed(values, `generator.${CODE}`).data;
  const now = tensorNamed(after, `generator.${CODE}`).data;
  return Math.max(...[...now].map((value, i) => Math.abs(value - (start[i] ?? NaN))));
}

describe('a device whose images are of one class', () => {
  test.each([
    ['a split step', SHALLOWEST_CUT],
    ['a split step with a deep head', { ...SHALLOWEST_CUT, gHead: 2 }],
    ['a whole GAN', wholeCut(spec, 'local')],
  ])('STEP-20: %s sends its own rows alone, learns its label, and leaves no tensor', async (_, cut) => {
    const before = memory().numTensors;
    const [alone, beside] = [await step(cut, false), await step(cut, true)];
    expect(beside.shapes).toEqual(alone.shapes);
    expect(alone.move).toBeLessThan(1e-3 * beside.move);
    expect(memory().numTensors).toBe(before);
  });
});

/** One step on noise: the shapes of what went up, and how far the labels' embedding moved. */
async function step(cut: Cut, besideLabels: boolean) {
  const half = makeHalf({ spec, cut, optimiser, besideLabels });
  half.load(values);
  const { batch, downs } = drawRehearsal({ spec, cut, batch: ROWS, random: new Random('step') });
  const ups = [await half.begin(batch)];
  for (const [i, down] of downs.slice(0, -1).entries()) ups.push(await half.answer(EXCHANGES[i] ?? 1, down));
  await half.finish(downs.at(-1) ?? new Map());
  const move = moveOf(await half.values());
  half.dispose();
  return { move, shapes: ups.map((up) => [...up].map(([name, { shape }]) => [name, shape])) };
}

describe('an edge that draws for one domain', () => {
  test.each(['sync', 'async'] as const)(
    'TIER-29: %s, it sends its own domain’s images alone, learns its code, and leaves no tensor',
    async (pace) => {
      const before = memory().numTensors;
      const [alone, beside] = [await iteration(pace, false), await iteration(pace, true)];
      expect(alone.shapes).toEqual(beside.shapes);
      expect(beside.shapes).toEqual([
        [ROWS, ...spec.imageShape],
        [ROWS, ...spec.imageShape],
      ]);
      expect(alone.move).toBeLessThan(1e-3 * beside.move);
      expect(memory().numTensors).toBe(before);
    },
  );
});

/** One local iteration of one device of domain 1: what it was sent, and how far the code's embedding moved. */
async function iteration(pace: 'sync' | 'async', besideLabels: boolean) {
  const part = centralPart('judged', { spec, optimiser, seed: 'noise', pace, domain: 1, besideLabels });
  part.load(values);
  part.begin([{ id: 'a', cut: wholeCut(spec, 'judged'), batch: ROWS }], 0);
  const options = { features: false, staleness: new Map([['a', 0]]) };
  const { downs } = await part.exchange(1, new Map([['a', new Map()]]), options);
  const answer = new Map<string, PlainTensor>([
    ['judgedGradient', { shape: [ROWS, ...spec.imageShape], data: wanted }],
    ['realism', { shape: [1], data: Float32Array.of(-0.5) }],
  ]);
  await part.exchange(2, new Map([['a', answer]]), options);
  const move = moveOf(await part.values());
  part.dispose();
  return { shapes: [...(downs.get('a')?.values() ?? [])].map(({ shape }) => shape), move };
}
