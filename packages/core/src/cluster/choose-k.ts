// How many clusters there are: fixed by the run, or found by the mean silhouette.
import type { Random } from '../random.ts';
import { squaredDistances, type SquaredDistances } from './distances.ts';
import { groupsOf, partitionByDistances } from './k-means.ts';

/** A mean silhouette below this says that the devices are one group. */
export const SILHOUETTE_THRESHOLD = 0.25;

/** How devices are clustered. */
export interface ClusterDevicesOptions {
  /** The number of clusters when the run fixes it; at most the number of points is used. */
  readonly k?: number;
  /** The most clusters that are tried when the run does not. */
  readonly kMax: number;
  readonly threshold?: number;
  readonly random: Random;
}

/** The clusters found; labels are 0 to k-1. */
export interface DeviceClusters {
  readonly labels: readonly number[];
  readonly k: number;
  /** The mean silhouette of the chosen partition, in [-1, 1]; 0 for a single cluster. */
  readonly silhouette: number;
}

/** Clusters the devices' features: with the fixed k, or with the best k of 2..min(kMax, n-1), else as one. */
export function clusterDevices(
  points: readonly Float32Array[],
  { k, kMax, threshold = SILHOUETTE_THRESHOLD, random }: ClusterDevicesOptions,
): DeviceClusters {
  const distances = squaredDistances(points);
  if (points.length === 0) return { labels: [], k: 0, silhouette: 0 };
  const clustered = (count: number): DeviceClusters => {
    const { labels } = partitionByDistances(distances, count, { random });
    return { labels, k: Math.max(...labels) + 1, silhouette: meanSilhouette(distances, labels) };
  };
  if (k !== undefined) return clustered(Math.min(k, points.length));

  let best: DeviceClusters | undefined;
  for (let count = 2; count <= Math.min(kMax, points.length - 1); count++) {
    const candidate = clustered(count);
    if (!best || candidate.silhouette > best.silhouette) best = candidate;
  }
  if (best && best.k > 1 && best.silhouette >= threshold) return best;
  return { labels: points.map(() => 0), k: 1, silhouette: 0 };
}

/** The mean silhouette (Rousseeuw 1987), Euclidean; a cluster of one counts 0, and so does a single cluster. */
export function meanSilhouette(distances: SquaredDistances, labels: readonly number[]): number {
  const groups = groupsOf(labels);
  if (groups.length < 2) return 0;
  const total = labels.reduce((sum, label, index) => {
    const row = distances[index] ?? [];
    const toGroups = groups.map((group) => group.reduce((d, other) => d + Math.sqrt(row[other] ?? NaN), 0));
    const size = groups[label]?.length ?? 0;
    if (size === 1) return sum;
    const within = (toGroups[label] ?? NaN) / (size - 1);
    const nearest = Math.min(
      ...groups.map((group, c) => (c === label ? Infinity : (toGroups[c] ?? NaN) / group.length)),
    );
    const larger = Math.max(within, nearest);
    return larger === 0 ? sum : sum + (nearest - within) / larger;
  }, 0);
  return total / labels.length;
}
