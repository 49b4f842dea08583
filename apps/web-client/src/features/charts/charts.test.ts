import fc from 'fast-check';
import { expect, test } from 'vitest';
import { groupRows } from './group-strip.ts';
import { judgedChart } from './judged.ts';
import { lossChart } from './losses.ts';
import { thin } from './thin.ts';

test('PAGE-50: thinning keeps short lists as they are and the mean of long ones', () => {
  const points = [{ x: 1 }, { x: 2 }];
  expect(thin(points, 2)).toBe(points);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 40 }), (limit, times) => {
      const long = Array.from({ length: limit * times }, (_, x) => ({ x, y: x % 7 }));
      const thinned = thin(long, limit);
      expect(thinned).toHaveLength(limit);
      const mean = (list: readonly { y: number }[]) => list.reduce((sum, { y }) => sum + y, 0) / list.length;
      expect(mean(thinned)).toBeCloseTo(mean(long), 9);
      expect(thinned.map(({ x }) => x)).toEqual(thinned.map(({ x }) => x).sort((a, b) => a - b));
    }),
  );
});

test('PAGE-50: losses of many rounds stand on one axis of steps', () => {
  const loss = { discriminatorReal: 1, discriminatorFake: 2, generator: 3 };
  const chart = lossChart(
    [
      { round: 0, step: 49, ...loss },
      { round: 1, step: 0, ...loss },
    ],
    50,
  );
  expect(chart.x).toEqual([49, 50]);
  expect(chart.lines.map((line) => line.values[0])).toEqual([3, 1, 2]);
});

test('PAGE-52: every group has a line of its own in percent over the judged rounds, with gaps', () => {
  const group = (cluster: number, right: number) => ({ cluster, right, total: 40, devices: 2 });
  const chart = judgedChart([
    { round: 4, groups: [group(0, 10)] },
    { round: 9, groups: [group(0, 20), group(1, 30)] },
  ]);
  expect(chart.x).toEqual([5, 10]);
  expect(chart.lines.map(({ label, values }) => [label, values])).toEqual([
    ['Group A, percent right', [25, 50]],
    ['Group B, percent right', [undefined, 75]],
  ]);
  expect(judgedChart([])).toMatchObject({ x: [], lines: [] });
});

test('PAGE-51: the group strip shows where a device was, where it changed, and where it was away', () => {
  const view = {
    devices: [{ id: 'a', name: 'Ada' }] as never,
    names: { a: 'Ada', gone: 'Grace' },
    groups: [
      { round: 0, of: { a: 0, gone: 1 } },
      { round: 1, of: { gone: 1 } },
      { round: 2, of: { a: 1, gone: 1 } },
    ],
  };
  const rows = groupRows(view, 60);
  expect(rows.map(({ name }) => name)).toEqual(['Ada', 'Grace']);
  expect(rows[0]?.cells.map(({ cluster, first }) => [cluster, first])).toEqual([
    [0, true],
    [undefined, false],
    [1, true],
  ]);
  expect(groupRows(view, 1)[0]?.cells).toHaveLength(1);
});
