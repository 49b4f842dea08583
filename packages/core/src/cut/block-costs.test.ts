import { describe, expect, test } from 'vitest';
import { cganSpec, withoutLabels } from '../architecture/index.ts';
import { ganCosts, type BlockCost } from './index.ts';

const costs = ganCosts(cganSpec(), 64);

function expectEach(actual: readonly BlockCost[], field: keyof BlockCost, expected: readonly number[]) {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, index) => expect(actual[index]?.[field]).toBeCloseTo(value, 12));
}

describe('cost tables', () => {
  test('COST-1: operations of the 28x28 networks at batch 64 are the published ones', () => {
    expectEach(
      costs.generator,
      'forwardGigaflops',
      [0.18464768, 13.169393664, 3.715432448, 13.185449984, 0.058103808],
    );
    expectEach(
      costs.generator,
      'backwardGigaflops',
      [0.187858944, 26.329153536, 7.421231104, 26.351632384, 0.115806208],
    );
    expectEach(
      costs.discriminator,
      'forwardGigaflops',
      [0.0602112, 0.826499072, 0.92925952, 0.605601792, 0.000295168],
    );
    expectEach(
      costs.discriminator,
      'backwardGigaflops',
      [0.063422464, 1.650188288, 1.855709184, 1.210171392, 0.000590016],
    );
  });

  test('COST-1: output bytes are the published ones', () => {
    expectEach(costs.generator, 'outputBytes', [3_211_264, 6_422_528, 6_422_528, 12_845_056, 200_704]);
    expectEach(costs.discriminator, 'outputBytes', [3_211_264, 1_605_632, 1_605_632, 589_824, 256]);
  });

  test('COST-2: without labels only the two first blocks are cheaper, as first published', () => {
    const bare = ganCosts(withoutLabels(cganSpec()), 64);
    expect(bare.generator.slice(1)).toEqual(costs.generator.slice(1));
    expect(bare.discriminator.slice(1)).toEqual(costs.discriminator.slice(1));
    expect(bare.generator[0]?.forwardGigaflops).toBeCloseTo(0.16859136, 12);
    expect(bare.generator[0]?.backwardGigaflops).toBeCloseTo(0.171802624, 12);
    expect(bare.discriminator[0]?.forwardGigaflops).toBeCloseTo(0.034521088, 12);
    expect(bare.discriminator[0]?.backwardGigaflops).toBeCloseTo(0.037732352, 12);
  });

  test('COST-2: costs grow with the batch, and exist for every width, size and number of blocks', () => {
    const spec = cganSpec({ width: 1 / 4, imageSize: 32, imageChannels: 3, blocks: 7, classes: 3 });
    const one = ganCosts(spec, 1);
    const ten = ganCosts(spec, 10);
    for (const network of ['generator', 'discriminator'] as const) {
      expect(one[network]).toHaveLength(7);
      one[network].forEach((block, index) => {
        expect(block.forwardGigaflops).toBeGreaterThan(0);
        expect(block.backwardGigaflops).toBeGreaterThan(block.forwardGigaflops);
        expect(ten[network][index]?.forwardGigaflops).toBeCloseTo(10 * block.forwardGigaflops, 12);
      });
    }
  });
});
