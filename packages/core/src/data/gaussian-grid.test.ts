import { describe, expect, test } from 'vitest';
import { Random } from '../random.ts';
import { GAUSSIAN_GRID, type GaussianGrid, gaussianPoints, gridMeans } from './index.ts';

describe('Gaussians on a grid', () => {
  test('TIERDATA-6: the means are a square around the origin, row by row from the top left', () => {
    const at = (side: number) => gridMeans({ side, spacing: 0.5, deviation: 0.1 });
    expect(at(3)).toEqual([
      [-0.5, 0.5],
      [0, 0.5],
      [0.5, 0.5],
      [-0.5, 0],
      [0, 0],
      [0.5, 0],
      [-0.5, -0.5],
      [0, -0.5],
      [0.5, -0.5],
    ]);
    expect(at(2)[1]).toEqual([0.25, 0.25]);
    // Five deviations of the outermost modes stay within [-1, 1].
    for (const mean of gridMeans(GAUSSIAN_GRID))
      for (const x of mean) expect(Math.abs(x) + 5 * GAUSSIAN_GRID.deviation).toBeLessThan(1);
  });

  test.each([0.05, 0.12])('TIERDATA-6: each mode has its mean and the deviation %d', (deviation) => {
    const grid: GaussianGrid = { side: 3, spacing: 0.5, deviation };
    const count = 9 * 2_000;
    const modes = Array.from({ length: 9 }, (_, mode) => mode);
    const set = gaussianPoints({ grid, modes, count, random: new Random('grid') });
    expect(set.shape).toEqual([1, 1, 2]);
    const means = gridMeans(grid);
    for (const mode of modes)
      for (const axis of [0, 1]) {
        const own: number[] = [];
        for (let i = 0; i < count; i++)
          if (set.labels[i] === mode) own.push((set.images[2 * i + axis] ?? 0) / 127.5 - 1);
        expect(own).toHaveLength(2_000);
        const mean = own.reduce((sum, x) => sum + x, 0) / own.length;
        const variance = own.reduce((sum, x) => sum + (x - mean) ** 2, 0) / own.length;
        // Four standard errors of a mean and of a deviation of 2,000 draws.
        expect(Math.abs(mean - (means[mode]?.[axis] ?? NaN))).toBeLessThan(
          (4 * deviation) / Math.sqrt(2_000),
        );
        expect(Math.abs(Math.sqrt(variance) - deviation)).toBeLessThan((4 * deviation) / Math.sqrt(4_000));
      }
  });

  test('TIERDATA-6: one mode alone is drawn where one is wanted, and one that is not there is refused', () => {
    const draw = (mode: number) =>
      gaussianPoints({ grid: GAUSSIAN_GRID, modes: [mode], count: 20, random: new Random(1) });
    expect(new Set(draw(4).labels)).toEqual(new Set([4]));
    expect(() => draw(9)).toThrow('a grid of 9 modes has no mode 10');
  });
});
