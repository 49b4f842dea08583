import '@tensorflow/tfjs-backend-wasm';
import { engine, mean, memory, setBackend, tensor, tensor1d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { cganSpec, SHALLOWEST_CUT } from '../architecture/index.ts';
import { ganParameters } from '../federate/index.ts';
import { Segment } from '../nn/index.ts';
import { Random } from '../random.ts';
import { initialGan, sampleGenerator, withoutKind } from './index.ts';
import {
  drawnBatches,
  drawnCohort,
  largestDifference,
  legalCuts,
  MIXED_DEVICES,
  SplitCohort,
} from './testing/index.ts';

const spec = cganSpec({ width: 1 / 16, zDim: 8 });
const labels = Int32Array.from([3, 1, 4, 1, 5]);

beforeAll(async () => {
  expect(await setBackend('wasm')).toBe(true);
});

describe('previews and samples', () => {
  test.each(legalCuts(spec).filter(({ dHead, dTail }) => dHead === 1 && dTail === 1))(
    'STEP-10: a preview with cut %o shows what the assembled generator draws in running mode',
    async (cut) => {
      const cohort = drawnCohort(spec, [{ id: 'a', cut, batch: 4 }]);
      const split = new SplitCohort(cohort);
      await split.step(drawnBatches(cohort, 1));
      const own = new Map([...(await split.values('body')), ...(await split.values('a'))]);
      const expected = await sampleGenerator(spec, withoutKind(spec.generator, own), {
        labels,
        random: new Random(9),
      });
      const random = new Random(9);
      const z = Float32Array.from({ length: labels.length * spec.zDim }, () => random.normal());
      const half = split.halves.get('a');
      if (!half) throw new Error('no device');
      const up = await half.generateHead(z, labels);
      const shown = await half.completeGeneration(await split.body.preview('a', cut, up));
      expect(shown.shape).toEqual([5, 28, 28, 1]);
      expect(largestDifference(new Map([['x', shown]]), new Map([['x', expected]]))).toBeLessThan(1e-6);
      expect(Math.max(...shown.data.map(Math.abs))).toBeLessThanOrEqual(1);
      split.dispose();
    },
  );

  test('STEP-10: a preview in mid-step moves no statistics and changes nothing of the step', async () => {
    const cohort = drawnCohort(spec, MIXED_DEVICES);
    const [plain, previewed] = [new SplitCohort(cohort), new SplitCohort(cohort)];
    const z = new Float32Array(labels.length * spec.zDim).fill(0.5);
    await plain.step(drawnBatches(cohort, 1));
    await previewed.step(drawnBatches(cohort, 1), new Map(), async () => {
      for (const { id, cut } of MIXED_DEVICES) {
        const half = previewed.halves.get(id);
        if (half)
          await half.completeGeneration(
            await previewed.body.preview(id, cut, await half.generateHead(z, labels)),
          );
      }
    });
    for (const owner of ['body', 'a', 'b', 'c', 'd'])
      expect(largestDifference(await previewed.values(owner), await plain.values(owner))).toBe(0);
    plain.dispose();
    previewed.dispose();
  });
});

describe('cluster features', () => {
  test.each([
    [undefined, { block: 3, channels: 8, side: 7 }],
    [2, { block: 2, channels: 8, side: 7 }],
    [4, { block: 4, channels: 16, side: 3 }],
  ])("STEP-11: are the batch means of the discriminator's block %s for real images", async (asked, found) => {
    const { block, channels, side } = found;
    const positions = side * side;
    const cohort = drawnCohort(spec, [{ id: 'a', cut: SHALLOWEST_CUT, batch: 4 }]);
    const split = new SplitCohort(cohort, asked);
    const batches = drawnBatches(cohort, 1);
    await split.step(batches);
    const feature = split.features.get('a');

    engine().startScope();
    const blocks = new Segment(spec.discriminator, 1, block);
    blocks.load(
      new Map([
        ...withoutKind(spec.discriminator, cohort.bodyValues),
        ...[...withoutKind(spec.discriminator, cohort.deviceValues.get('a') ?? new Map())].filter(([name]) =>
          name.startsWith('block1.'),
        ),
      ]),
    );
    const { images, labels: classes } = batches.get('a') ?? { images: [], labels: [] };
    const { output } = blocks.forward(tensor(images, [4, 28, 28, 1]), {
      mode: 'training',
      labels: tensor1d(classes, 'int32'),
    });
    const means = await mean(output, 0).array();
    engine().endScope();
    expect(feature?.shape).toEqual([channels, positions]);
    for (let channel = 0; channel < channels; channel++) {
      for (let position = 0; position < positions; position++) {
        const row = (means as number[][][])[Math.floor(position / side)]; // [side, side, channels]
        const mean = row?.[position % side]?.[channel] ?? NaN;
        expect(feature?.data[positions * channel + position]).toBeCloseTo(mean, 5);
      }
    }
    split.dispose();
  });

  test('STEP-11: every device gets its own, from any cut, and only in the step that asks', async () => {
    const cohort = drawnCohort(spec, MIXED_DEVICES);
    const split = new SplitCohort(cohort);
    await split.step(drawnBatches(cohort, 1));
    expect([...split.features.keys()]).toEqual(['a', 'b', 'c', 'd']);
    expect(new Set([...split.features.values()].map(({ data }) => data[0])).size).toBe(4);
    split.body.begin(MIXED_DEVICES);
    expect(await split.body.exchange(1, new Map())).toEqual({ downs: new Map() });
    split.dispose();
  });
});

describe('first values', () => {
  test('STEP-12: both networks are drawn from one seed, each from a stream of its own', () => {
    const drawn = initialGan(spec, new Random(1));
    expect([...drawn].map(([name, { shape }]) => ({ name, shape }))).toEqual(
      ganParameters(spec).map(({ name, shape }) => ({ name, shape })),
    );
    expect(initialGan(spec, new Random(1))).toEqual(drawn);
    expect(initialGan(spec, new Random(2)).get('generator.block2.conv.weight')).not.toEqual(
      drawn.get('generator.block2.conv.weight'),
    );
  });

  test('STEP-12: sampling leaves no tensors behind, also when the values do not fit', async () => {
    const before = memory().numTensors;
    const values = withoutKind(spec.generator, initialGan(spec, new Random(1)));
    await sampleGenerator(spec, values, { labels, random: new Random(1) });
    const lacking = new Map([...values].filter(([name]) => !name.startsWith('block5.')));
    await expect(sampleGenerator(spec, lacking, { labels, random: new Random(1) })).rejects.toThrow('block5');
    expect(memory().numTensors).toBe(before);
  });
});
