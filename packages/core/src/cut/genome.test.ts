import { describe, expect, test } from 'vitest';
import { cganSpec, isLegalCut, SHALLOWEST_CUT } from '../architecture/index.ts';
import { cutCode, cutIndex, cutOfGenes, cutSpace, genesOf } from './index.ts';

describe('genomes', () => {
  test.each([5, 6, 7, 9])('CUT-2: genes name every legal cut of %i blocks once', (blocks) => {
    const spec = cganSpec({ width: 1 / 16, blocks });
    const space = cutSpace(spec);
    expect(new Set(space.cuts.map(cutCode)).size).toBe(space.cuts.length);
    for (const [index, cut] of space.cuts.entries()) {
      expect(isLegalCut(spec, cut)).toBe(true);
      expect(cutOfGenes(genesOf(cut))).toEqual(cut);
      expect(cutIndex(space, [...genesOf(SHALLOWEST_CUT), ...genesOf(cut)], 1)).toBe(index);
    }
    let legal = 0;
    for (let gHead = 0; gHead < blocks; gHead++)
      for (let gTail = 0; gTail < blocks; gTail++)
        if (isLegalCut(spec, { ...SHALLOWEST_CUT, gHead, gTail })) legal++;
    expect(space.cuts).toHaveLength(legal ** 2);
  });

  test.each([1, 2, 3])('CUT-9: at most %i blocks stand at an end', (deepest) => {
    const { cuts } = cutSpace(cganSpec({ width: 1 / 16, blocks: 9 }), deepest);
    expect(cuts).toHaveLength(deepest ** 4);
    for (const cut of cuts)
      for (const count of Object.values(cut)) expect(count).toBeLessThanOrEqual(deepest);
  });

  test('CUT-2: five blocks have sixteen cuts, written as in the paper', () => {
    const { arities, cuts } = cutSpace(cganSpec());
    expect(arities).toEqual([2, 2, 2, 2]);
    expect(cuts.map(cutCode)).toEqual(
      Array.from({ length: 16 }, (_, index) => index.toString(2).padStart(4, '0')),
    );
    expect(cutOfGenes([0, 0, 1, 0])).toEqual({ gHead: 1, gTail: 1, dHead: 2, dTail: 1 });
    expect(() => cutOfGenes([0, 1])).toThrow('a cut has four genes, not 2');
  });
});
