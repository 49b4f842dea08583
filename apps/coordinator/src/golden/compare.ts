// How far a replayed moment is from the reference, group by group, with a bound for each.
import type { GanSpec } from '@tessera/core/architecture';
import { tensorNamed, type NamedTensors } from '@tessera/core/tensors';
import { bodyValues, deviceValues } from './author-names.ts';
import type { Golden } from './golden-file.ts';
import type { Moment } from './replay.ts';

/** Values that are judged together. */
export type Group =
  | 'losses'
  | 'weights'
  | 'running_var'
  | 'running_mean'
  | 'bias before batch norm'
  | 'KLD scores'
  | 'clusters';

/** One line of the outcome. */
export interface Comparison {
  readonly moment: string;
  readonly group: Group;
  /** Numbers compared. */
  readonly values: number;
  /** The largest absolute difference; for clusters the number of devices that are grouped otherwise. */
  readonly largest: number;
  readonly bound: number;
  /** The share of values within `CLOSE`, where that is asked for as well. */
  readonly close?: number;
  readonly passed: boolean;
}

/** Bounds of single values, found by an independent rebuild in two precisions. */
const BOUNDS = {
  losses: 2e-5,
  weights: 1e-3,
  running_var: 2e-5,
  running_mean: 1e-3,
  'KLD scores': 1e-6,
} as const;

/** Nearly all weights are closer than their bound. */
const CLOSE = 2e-5;
const CLOSE_SHARE = 0.995;

/** Every group of one moment. */
export function compare(golden: Golden, moment: Moment): Comparison[] {
  return [
    ...compareLosses(golden, moment),
    ...compareValues(golden, moment),
    ...compareFederation(golden, moment),
  ];
}

function compareLosses(golden: Golden, { name, steps, losses }: Moment): Comparison[] {
  const expected = golden.losses[steps - 1];
  if (!losses || !expected) return [];
  const each = [...losses.values()];
  const mean = (of: (typeof each)[number][keyof (typeof each)[number]][]) =>
    of.reduce((sum, value) => sum + value, 0) / of.length;
  const differences = [
    mean(each.map(({ discriminatorReal }) => discriminatorReal)) - expected.dReal,
    mean(each.map(({ discriminatorFake }) => discriminatorFake)) - expected.dFake,
    mean(each.map(({ generator }) => generator)) - expected.g,
  ];
  return [judged(name, 'losses', differences, BOUNDS.losses)];
}

function compareValues(golden: Golden, { name: moment, steps, devices, body }: Moment): Comparison[] {
  const { spec, tensors, optimiser } = golden;
  const cancelling = biasesBeforeNorm(spec);
  const groups: Record<Exclude<Group, 'losses' | 'KLD scores' | 'clusters'>, number[]> = {
    weights: [],
    running_var: [],
    running_mean: [],
    'bias before batch norm': [],
  };
  const collect = (actual: NamedTensors, expected: NamedTensors) => {
    for (const [name, { data }] of expected) {
      const own = tensorNamed(actual, name).data;
      const statistic = /running_(?:mean|var)$/.exec(name)?.[0] as 'running_mean' | 'running_var' | undefined; // the pattern allows no other
      const group = statistic ?? (cancelling.has(name) ? 'bias before batch norm' : 'weights');
      data.forEach((value, i) => groups[group].push((own[i] ?? NaN) - value));
    }
  };
  for (const { id, cut } of golden.devices)
    collect(devices.get(id) ?? new Map(), deviceValues(tensors, { spec, cut, moment, id }));
  collect(body, bodyValues(tensors, { spec, moment }));

  // Its true gradient is zero, so that Adam makes full steps of rounding noise, in either direction.
  const drift = 2 * optimiser.learningRate * steps;
  const close =
    groups.weights.filter((difference) => Math.abs(difference) <= CLOSE).length / groups.weights.length;
  const weights = judged(moment, 'weights', groups.weights, BOUNDS.weights);
  return [
    { ...weights, close, passed: weights.passed && close >= CLOSE_SHARE },
    judged(moment, 'running_var', groups.running_var, BOUNDS.running_var),
    judged(moment, 'running_mean', groups.running_mean, BOUNDS.running_mean),
    judged(moment, 'bias before batch norm', groups['bias before batch norm'], drift),
  ];
}

function compareFederation({ devices }: Golden, { name, federation }: Moment): Comparison[] {
  if (!federation) return [];
  const { clusters, divergences } = federation;
  const differences = devices.flatMap(({ id, kld, globalKld }) => [
    (divergences.cluster.get(id) ?? NaN) - kld,
    (divergences.global.get(id) ?? NaN) - globalKld,
  ]);
  // Cluster numbers are arbitrary: what counts is who is with whom.
  const strayed = devices.filter((a) =>
    devices.some((b) => (clusters.get(a.id) === clusters.get(b.id)) !== (a.cluster === b.cluster)),
  ).length;
  const grouped = {
    moment: name,
    group: 'clusters',
    values: devices.length,
    largest: strayed,
    bound: 0,
  } as const;
  return [
    judged(name, 'KLD scores', differences, BOUNDS['KLD scores']),
    { ...grouped, passed: strayed === 0 },
  ];
}

function judged(moment: string, group: Group, differences: readonly number[], bound: number): Comparison {
  const largest = differences.reduce((most, difference) => Math.max(most, Math.abs(difference)), 0);
  return { moment, group, values: differences.length, largest, bound, passed: largest <= bound };
}

/** The biases that the normalisation after their layer takes out again. */
function biasesBeforeNorm(spec: GanSpec): Set<string> {
  const names = [spec.generator, spec.discriminator].flatMap((network) =>
    network.blocks.flatMap((block) =>
      block.layers.flatMap((layer, i) =>
        'name' in layer && block.layers[i + 1]?.kind === 'batch-norm'
          ? [`${network.kind}.${block.name}.${layer.name}.bias`]
          : [],
      ),
    ),
  );
  return new Set(names);
}
