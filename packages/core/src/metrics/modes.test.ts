import { expect, test } from 'vitest';
import { GAUSSIAN_GRID, gaussianPoints, gridMeans } from '../data/index.ts';
import { Random } from '../random.ts';
import { domainAgreement, rightDomainShare } from './agreement.ts';
import { modeCoverage } from './modes.ts';

const grid = { means: gridMeans(GAUSSIAN_GRID), deviation: GAUSSIAN_GRID.deviation };

test('TIERDATA-7: three deviations count as near, more do not; a few strays hit no mode', () => {
  const d = grid.deviation;
  const at = (share: number): number[] => [0 + share * d, 0];
  expect(modeCoverage(at(2.99), grid).shares[4]).toBe(1);
  expect(modeCoverage(at(3.01), grid).nearby).toBe(0);
  // 89 points on the middle mode and one on the first: 1/90 is a tenth of 1/9; of 200 points one is less.
  const points = (middle: number) => [
    ...Array.from({ length: middle }, () => at(0)).flat(),
    ...(grid.means[0] ?? []),
  ];
  expect(modeCoverage(points(89), grid)).toMatchObject({ hit: 2, nearby: 1 });
  expect(modeCoverage(points(199), grid)).toMatchObject({ hit: 1, nearby: 1 });
  expect(() => modeCoverage([1], grid)).toThrow('no points');
});

test('TIERDATA-7: of the mixture itself all modes are hit, with 98.9 % of the points near', () => {
  const count = 9_000;
  const modes = grid.means.map((_, mode) => mode);
  const { images } = gaussianPoints({ grid: GAUSSIAN_GRID, modes, count, random: new Random('modes') });
  const found = modeCoverage(
    Array.from(images, (byte) => byte / 127.5 - 1),
    grid,
  );
  expect(found.hit).toBe(9);
  // 1 - exp(-9/2), within four standard errors.
  expect(Math.abs(found.nearby - (1 - Math.exp(-4.5)))).toBeLessThan(
    4 * Math.sqrt((0.0111 * 0.9889) / count),
  );
});

test('TIERDATA-8: agreement is the share of noise that shows one class in both domains, mean over pairs', () => {
  expect(
    domainAgreement([
      [1, 2, 3, 4],
      [1, 2, 0, 0],
    ]),
  ).toBe(0.5);
  expect(domainAgreement([[1], [1], [2]])).toBeCloseTo(1 / 3);
  expect(() => domainAgreement([[1]])).toThrow('two of them');
  expect(() => domainAgreement([[1], [1, 2]])).toThrow('as many images');
});

test('TIERDATA-8: the share of right domains is that of images that show the domain which was asked for', () => {
  expect(
    rightDomainShare([
      [0, 0, 1],
      [1, 2, 0],
      [2, 2, 2],
    ]),
  ).toBeCloseTo(6 / 9);
  // Fewer images of one domain count each as much.
  expect(rightDomainShare([[0], [0, 1, 1]])).toBe(0.75);
  expect(() => rightDomainShare([[], []])).toThrow('needs an image');
});
