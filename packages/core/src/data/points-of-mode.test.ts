import { describe, expect, test } from 'vitest';
import { Random } from '../random.ts';
import {
  type DataTarget,
  fitsTarget,
  GAUSSIAN_GRID,
  gridMeans,
  modeOfCommunity,
  POINT_MODES,
  pointsOfMode,
} from './index.ts';

const names = (count: number) => Array.from({ length: count }, (_, i) => `class ${i + 1}`);
const draw = (target: Partial<DataTarget>, mode = 4) =>
  pointsOfMode({
    mode,
    count: 400,
    random: new Random('points'),
    target: { imageShape: [1, 1, 2], classes: names(9), ...target },
  });

describe('points for a live device', () => {
  test('TIERDATA-34: all lie around the mean that was asked for', () => {
    expect(POINT_MODES).toBe(9);
    for (const [mode, mean] of gridMeans(GAUSSIAN_GRID).entries()) {
      const { images } = draw({}, mode);
      expect(images).toHaveLength(800);
      const deviations = Array.from(images, (byte, i) => byte / 127.5 - 1 - (mean[i % 2] ?? NaN));
      // 800 draws stay within five standard deviations, and their mean within four standard errors.
      expect(Math.max(...deviations.map(Math.abs))).toBeLessThan(5 * GAUSSIAN_GRID.deviation);
      const bias = deviations.reduce((sum, value) => sum + value, 0) / deviations.length;
      expect(Math.abs(bias)).toBeLessThan((4 * GAUSSIAN_GRID.deviation) / Math.sqrt(800));
    }
    expect(() => draw({}, 9)).toThrow('a grid of 9 modes has no mode 10');
  });

  test('TIERDATA-34: communities take the means in turn', () => {
    expect([0, 8, 9, 20].map(modeOfCommunity)).toEqual([0, 8, 0, 2]);
  });

  test('TIERDATA-35: their class is their mode where the run tells nine apart, by its own names', () => {
    const target = { imageShape: [1, 1, 2] as const, classes: names(9) };
    const set = draw(target);
    expect([new Set(set.labels), set.classNames]).toEqual([new Set([4]), names(9)]);
    expect(fitsTarget(set, target)).toBe(true);
  });

  test.each([1, 2, 10])('TIERDATA-35: where it tells none, any %i names do, and labels are 0', (count) => {
    const set = draw({ classes: names(count), labelled: false });
    expect([new Set(set.labels), set.classNames]).toEqual([new Set([0]), names(count)]);
  });

  test.each([1, 8, 10])('TIERDATA-35: a run that tells %i classes apart is refused', (count) => {
    expect(() => draw({ classes: names(count) })).toThrow(
      expect.objectContaining({
        code: 'unknown-classes',
        message: expect.stringContaining(`tells ${count} apart: its host must give it 9 classes`) as string,
      }),
    );
  });

  test.each([[[28, 28, 1]], [[32, 32, 3]]] as const)(
    'TIERDATA-36: points are refused where a run trains on images of %j',
    (imageShape) => {
      expect(() => draw({ imageShape })).toThrow(
        expect.objectContaining({
          code: 'wrong-data',
          message: expect.stringContaining('connect images, or draw digits') as string,
        }),
      );
    },
  );
});
