// The run of a small lab of points in three tiers: a mean of its own for each community, as in the figure of nine Gaussians.
import { modeOfCommunity, POINT_MODES } from '@tessera/core/data';
import type { DrawnSource } from './drawn-source.ts';

/** What the devices of a community draw. */
export function pointsLabSource(community: number): DrawnSource {
  return { points: modeOfCommunity(community) + 1 };
}

/** The settings of a lab with so many communities; networks and steps are those of experiments/tiers-gaussians.yaml. */
export function pointsLabRun(communities: number): Readonly<Record<string, unknown>> {
  return {
    id: 'lab-points',
    title: 'Gaussians in three tiers',
    sentence:
      'A small lab: each community has points around a mean of its own, and the cloud joins what they learn.',
    hostedBy: 'this computer',
    data: 'points',
    condition: 'none',
    // One for each mean, so that the networks can be told classes as well.
    classes: Array.from({ length: POINT_MODES }, (_unused, mode) => String(mode + 1)),
    strategy: 'fr-sync',
    communities: Array.from({ length: communities }, (_unused, community) => `Gaussian ${community + 1}`),
    width: 0.25,
    zDim: 8,
    batch: 64,
    encoding: 'float32',
    learningRate: 0.001,
    minimumDevices: 1,
    stepsPerRound: 20,
    rounds: 1_000,
  };
}
