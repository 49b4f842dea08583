import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '../random.ts';
import { clusterDevices } from './index.ts';

/** `size` points of 30 numbers around each of `groups` centres, `gap` standard deviations apart. */
function blobs(groups: number, size: number, gap: number, seed: number): Float32Array[] {
  const random = new Random(seed);
  return Array.from({ length: groups }, (_, group) =>
    Array.from({ length: size }, () =>
      Float32Array.from({ length: 30 }, (_value, i) => random.normal() + (i === group ? gap : 0)),
    ),
  ).flat();
}

describe('the number of clusters', () => {
  test('CLUS-4: the silhouette finds as many clusters as there are', () => {
    for (const groups of [2, 3, 4, 6]) {
      const found = clusterDevices(blobs(groups, 8, 40, groups), { kMax: 8, random: new Random(1) });
      expect(found.k).toBe(groups);
      expect(found.silhouette).toBeGreaterThan(0.5);
      expect(new Set(found.labels).size).toBe(groups);
    }
  });

  test('CLUS-4: points without groups are one cluster, because their silhouette is below the threshold', () => {
    const points = blobs(1, 20, 0, 5);
    expect(clusterDevices(points, { kMax: 8, random: new Random(1) })).toEqual({
      labels: points.map(() => 0),
      k: 1,
      silhouette: 0,
    });
    expect(clusterDevices(points, { kMax: 8, threshold: -1, random: new Random(1) }).k).toBeGreaterThan(1);
  });

  test('CLUS-4: the search stays within kMax and below the number of devices', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 1, max: 9 }),
        fc.nat(),
        (size, kMax, seed) => {
          const points = blobs(1, size, 0, seed);
          const { k, labels } = clusterDevices(points, { kMax, threshold: -1, random: new Random(seed) });
          expect(k).toBeLessThanOrEqual(Math.max(1, Math.min(kMax, size - 1)));
          expect(labels).toHaveLength(size);
          expect(Math.max(...labels)).toBe(k - 1);
        },
      ),
    );
  });

  test('CLUS-4: two devices, and equal devices, are one cluster', () => {
    const random = new Random(1);
    expect(clusterDevices(blobs(2, 1, 90, 1), { kMax: 8, random }).k).toBe(1);
    const same = Array.from({ length: 5 }, () => Float32Array.of(1, 2, 3));
    expect(clusterDevices(same, { kMax: 8, random }).k).toBe(1);
  });

  test('CLUS-5: a fixed k is used as it is, at most one cluster a device', () => {
    const points = blobs(1, 6, 0, 2);
    expect(clusterDevices(points, { k: 3, kMax: 2, random: new Random(1) }).k).toBe(3);
    expect(clusterDevices(points, { k: 9, kMax: 2, random: new Random(1) }).k).toBe(6);
    expect(clusterDevices(points, { k: 1, kMax: 8, random: new Random(1) }).silhouette).toBe(0);
  });
});
