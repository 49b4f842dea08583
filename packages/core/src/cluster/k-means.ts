// K-means: Lloyd's iterations from k-means++ starts, the best of several.
import type { Random } from '../random.ts';
import { squaredDistances, type SquaredDistances } from './distances.ts';

/** Lloyd's iterations end at the latest after this many. */
const MAX_ITERATIONS = 300;
const DEFAULT_RESTARTS = 10;

/** How k-means is started. */
export interface KMeansOptions {
  readonly random: Random;
  /** Independent starts, of which the one with the smallest inertia is kept; 10 by default. */
  readonly restarts?: number;
}

/** A partition of the points; labels are 0, 1, … in order of first appearance. */
export interface Partition {
  readonly labels: readonly number[];
  /** Sum of the squared distances of all points to the centres of their clusters. */
  readonly inertia: number;
}

/** A partition with the mean of each cluster. */
export interface KMeansResult extends Partition {
  readonly centres: readonly Float32Array[];
}

/**
 * Clusters points of equal length into k groups, into fewer where fewer points differ
 * (Lloyd 1982; starts of Arthur and Vassilvitskii 2007). Throws when k is not in 1 to the number of points.
 */
export function kMeans(points: readonly Float32Array[], k: number, options: KMeansOptions): KMeansResult {
  const partition = partitionByDistances(squaredDistances(points), k, options);
  return { ...partition, centres: centresOf(points, partition.labels) };
}

/**
 * K-means from pairwise distances alone: a centre is the mean of its members, so the squared distance to it is the mean
 * squared distance to the members, less half the mean among the members. An iteration costs n^2, however long the points.
 */
export function partitionByDistances(
  distances: SquaredDistances,
  k: number,
  { random, restarts = DEFAULT_RESTARTS }: KMeansOptions,
): Partition {
  if (!Number.isInteger(k) || k < 1 || k > distances.length)
    throw new RangeError(`k must be a whole number from 1 to the ${distances.length} points, not ${k}`);
  const start = () => lloyd(distances, nearestSeeds(distances, plusPlusSeeds(distances, k, random)));
  let best = start();
  for (let restart = 1; restart < restarts; restart++) {
    const partition = start();
    if (partition.inertia < best.inertia) best = partition;
  }
  return best;
}

/** The members of each cluster, as indices of points. */
export function groupsOf(labels: readonly number[]): readonly (readonly number[])[] {
  const groups: number[][] = [];
  labels.forEach((label, index) => (groups[label] ??= []).push(index));
  return groups;
}

/** Draws points as first centres, each with a probability proportional to its squared distance to those before. */
function plusPlusSeeds(distances: SquaredDistances, k: number, random: Random): number[] {
  const seeds = [random.integer(distances.length)];
  while (seeds.length < k) {
    const nearest = distances.map((row) => Math.min(...seeds.map((seed) => row[seed] ?? NaN)));
    let draw = random.next() * nearest.reduce((sum, distance) => sum + distance, 0);
    const drawn = nearest.findIndex((distance) => distance > 0 && (draw -= distance) < 0);
    if (drawn < 0) break;
    seeds.push(drawn);
  }
  return seeds;
}

function nearestSeeds(distances: SquaredDistances, seeds: readonly number[]): number[] {
  return distances.map((row) => indexOfSmallest(seeds.map((seed) => row[seed] ?? NaN)));
}

function lloyd(distances: SquaredDistances, start: readonly number[]): Partition {
  let labels = inOrderOfAppearance(start);
  let toCentres = distancesToCentres(distances, labels);
  for (let iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
    const next = inOrderOfAppearance(toCentres.map(indexOfSmallest));
    if (next.every((label, index) => label === labels[index])) break;
    labels = next;
    toCentres = distancesToCentres(distances, labels);
  }
  const inertia = labels.reduce(
    (sum, label, index) => sum + Math.max(0, toCentres[index]?.[label] ?? NaN),
    0,
  );
  return { labels, inertia };
}

/** For every point its squared distance to the centre of every cluster. */
function distancesToCentres(distances: SquaredDistances, labels: readonly number[]): number[][] {
  const groups = groupsOf(labels);
  const toMembers = distances.map((row) => groups.map((group) => mean(group, (other) => row[other] ?? NaN)));
  const spreads = groups.map(
    (group, cluster) => mean(group, (member) => toMembers[member]?.[cluster] ?? NaN) / 2,
  );
  return toMembers.map((row) => row.map((distance, cluster) => distance - (spreads[cluster] ?? NaN)));
}

function centresOf(points: readonly Float32Array[], labels: readonly number[]): Float32Array[] {
  return groupsOf(labels).map((group) =>
    Float32Array.from(points[0] ?? [], (_, i) => mean(group, (member) => points[member]?.[i] ?? NaN)),
  );
}

/** Renumbers labels 0, 1, … by first appearance, so that a cluster left without points disappears. */
function inOrderOfAppearance(labels: readonly number[]): number[] {
  const order = [...new Set(labels)];
  return labels.map((label) => order.indexOf(label));
}

function mean(group: readonly number[], value: (member: number) => number): number {
  return group.reduce((sum, member) => sum + value(member), 0) / group.length;
}

function indexOfSmallest(values: readonly number[]): number {
  return values.indexOf(Math.min(...values));
}
