import { describe, expect, test } from 'vitest';
import { cganSpec, cutShapes, isLegalCut, parameterCount, parametersOf, WIDTHS } from './index.ts';

describe('the 28x28 networks', () => {
  test('NET-1: the networks have the published parameter counts', () => {
    const spec = cganSpec();
    expect(parameterCount(spec.generator)).toBe(2_221_925);
    expect(parameterCount(spec.discriminator)).toBe(816_737);
  });

  test('NET-1: shapes at the cuts are those of the paper', () => {
    const spec = cganSpec();
    expect(cutShapes(spec.generator)).toEqual([
      [100],
      [7, 7, 256],
      [14, 14, 128],
      [14, 14, 128],
      [28, 28, 64],
      [28, 28, 1],
    ]);
    expect(cutShapes(spec.discriminator)).toEqual([
      [28, 28, 1],
      [14, 14, 64],
      [7, 7, 128],
      [7, 7, 128],
      [3, 3, 256],
      [1],
    ]);
  });

  test('NET-2: any width, size, channel count, class count and block count is consistent', () => {
    for (const width of WIDTHS) {
      for (const imageSize of [28, 32] as const) {
        for (const blocks of [5, 6, 7]) {
          const spec = cganSpec({ width, imageSize, imageChannels: 3, classes: 7, blocks });
          expect(cutShapes(spec.generator).at(-1)).toEqual([imageSize, imageSize, 3]);
          expect(cutShapes(spec.discriminator).at(-1)).toEqual([1]);
          expect(spec.generator.blocks).toHaveLength(blocks);
          expect(spec.discriminator.blocks).toHaveLength(blocks);
        }
      }
    }
  });

  test('NET-3: parameters carry PyTorch names and layouts', () => {
    const named = new Map(parametersOf(cganSpec().generator).map((p) => [p.name, p.shape]));
    expect(named.get('block1.dense.weight')).toEqual([12544, 110]);
    expect(named.get('block2.conv.weight')).toEqual([256, 128, 4, 4]);
    expect(named.get('block5.conv.bias')).toEqual([1]);
  });

  test('CUT-1: sixteen cuts are legal, and none that takes block 3', () => {
    const spec = cganSpec();
    let legal = 0;
    for (let i = 0; i < 256; i++) {
      const [gHead, gTail, dHead, dTail] = [i & 3, (i >> 2) & 3, (i >> 4) & 3, (i >> 6) & 3];
      if (isLegalCut(spec, { gHead, gTail, dHead, dTail })) legal++;
    }
    expect(legal).toBe(16);
  });
});
