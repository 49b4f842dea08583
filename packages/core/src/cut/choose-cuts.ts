// The cut of every device: classes of alike devices, the genetic search over their cuts, and the step it predicts.
import type { Cut } from '../architecture/index.ts';
import type { Random } from '../random.ts';
import { geneticSearch } from './genetic.ts';
import { cutIndex, cutSpace, genesOf, type CutSpace, type Genome } from './genome.ts';
import { measuredModel, type MeasuredModel, type RunShape } from './measured-cost.ts';
import { predictStep, type ExchangePrediction, type PlannedDevice } from './predict.ts';
import type { CoordinatorProfile } from './profile.ts';
import { profileClasses } from './profile-classes.ts';

/** How the search runs. */
export interface ChooseCutsOptions {
  readonly random: Random;
  /** The paper's full 1,000 generations, and the best of the last one as the answer. */
  readonly published?: boolean;
  /** At most so many generations; 1,000 by default. */
  readonly generations?: number;
}

/** Cuts and the step that they lead to. */
export interface ChosenCuts {
  readonly cuts: ReadonlyMap<string, Cut>;
  readonly predictedStepSeconds: number;
  /** The six exchanges that the prediction is made of. */
  readonly stages: readonly ExchangePrediction[];
  /** Each device's own time in a step, without waiting for others. */
  readonly deviceSeconds: ReadonlyMap<string, number>;
  /** The best step with one cut for all: where the search gains nothing on it, something is wrong. */
  readonly uniform: { readonly cut: Cut; readonly stepSeconds: number };
  /** Each device's profile class. */
  readonly classes: ReadonlyMap<string, number>;
  readonly generations: number;
}

/**
 * Chooses cuts for the smallest predicted step; never worse than the best uniform cut. Devices are taken in the order
 * of their ids. Throws when there is no device or a profile does not fit the run's networks.
 */
export function chooseCuts(
  devices: readonly PlannedDevice[],
  coordinator: CoordinatorProfile,
  run: RunShape,
  { random, published = false, generations = 1000 }: ChooseCutsOptions,
): ChosenCuts {
  const problem = cutProblem(devices, coordinator, run);
  const { space, classes, stepSeconds } = problem;
  const search = geneticSearch({
    arities: Array.from({ length: classes }, () => space.arities).flat(),
    cost: stepSeconds,
    random,
    generations,
    ...(published ? { patience: Infinity } : {}),
  });
  const found = published ? search.bestOfLast : search.best;
  const uniform = bestUniform(space, classes, stepSeconds);
  const genome = uniform.cost < found.cost ? uniform.genome : found.genome;
  return { ...solution(problem, genome), generations: search.generations };
}

/** Devices in the order of their ids, what their cuts may be, and what a genome costs. */
export interface CutProblem extends ReturnType<typeof stepObjective> {
  readonly devices: readonly PlannedDevice[];
  readonly model: MeasuredModel;
  readonly space: CutSpace;
}

/** The problem that every search of a run solves; throws when there is no device or a profile does not fit. */
export function cutProblem(
  devices: readonly PlannedDevice[],
  coordinator: CoordinatorProfile,
  run: RunShape,
): CutProblem {
  if (devices.length === 0) throw new RangeError('there is no device to choose a cut for');
  const sorted = [...devices].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const space = cutSpace(run.spec, run.deepestCut);
  const model = measuredModel(coordinator, run);
  return { devices: sorted, model, space, ...stepObjective(model, sorted, space) };
}

/** The cuts that a genome stands for, and the step that they lead to. */
export function solution(
  { devices, model, space, classOf, classes, stepSeconds }: CutProblem,
  genome: Genome,
): Omit<ChosenCuts, 'generations'> {
  const uniform = bestUniform(space, classes, stepSeconds);
  const cutOf = (index: number) => space.cuts[cutIndex(space, genome, classOf[index] ?? 0)] ?? uniform.cut;
  const assigned = devices.map((device, index) => ({ ...device, cut: cutOf(index) }));
  return {
    ...predicted(model, assigned),
    uniform: { cut: uniform.cut, stepSeconds: uniform.cost },
    classes: new Map(devices.map(({ id }, index) => [id, classOf[index] ?? 0])),
  };
}

/** What given cuts lead to. */
export function predicted(
  model: MeasuredModel,
  assigned: readonly (PlannedDevice & { readonly cut: Cut })[],
): Pick<ChosenCuts, 'cuts' | 'predictedStepSeconds' | 'stages' | 'deviceSeconds'> {
  const prediction = predictStep(model, assigned);
  return {
    cuts: new Map(assigned.map(({ id, cut }) => [id, cut])),
    predictedStepSeconds: prediction.seconds,
    stages: prediction.exchanges,
    deviceSeconds: prediction.deviceSeconds,
  };
}

/** What one class with one cut adds to each exchange. */
interface ClassCost {
  readonly slowest: readonly number[];
  readonly link: readonly number[];
  readonly body: readonly number[];
  readonly afterwards: readonly number[];
}

/**
 * The objective of the search: the predicted step as a function of a genome with four genes a class. Every device is
 * priced with every cut once; an evaluation then only adds and compares a few numbers a class and exchange.
 */
export function stepObjective(model: MeasuredModel, devices: readonly PlannedDevice[], space: CutSpace) {
  const times = devices.map(({ profile }) => space.cuts.map(model.device(profile)));
  const classOf = profileClasses(times.map((cuts) => cuts.map((seconds) => sum(seconds))));
  const classes = Math.max(...classOf) + 1;
  const table = Array.from({ length: classes }, (_, index): ClassCost[] => {
    const members = times.filter((_times, device) => classOf[device] === index);
    return space.cuts.map((cut, c) => {
      const bytes = model.bytes(cut);
      return {
        slowest: bytes.map((_bytes, e) => Math.max(...members.map((cuts) => cuts[c]?.[e] ?? NaN))),
        link: bytes.map((b) => (members.length * b) / model.linkBytesPerSecond),
        body: model.bodySeconds(cut).map((seconds) => members.length * seconds),
        afterwards: model.bodySecondsAfterwards(cut).map((seconds) => members.length * seconds),
      };
    });
  });
  const exchanges = table[0]?.[0]?.slowest.length ?? 0;
  const stepSeconds = (genome: Genome) => {
    const chosen = table.map((cuts, index) => cuts[cutIndex(space, genome, index)]);
    let seconds = 0;
    for (let e = 0; e < exchanges; e++) {
      let slowest = 0;
      let link = 0;
      let leftOver = 0;
      for (const cost of chosen) {
        slowest = Math.max(slowest, cost?.slowest[e] ?? NaN);
        link += cost?.link[e] ?? NaN;
        leftOver += cost?.afterwards.at(e - 1) ?? NaN;
        seconds += cost?.body[e] ?? NaN;
      }
      seconds += Math.max(slowest, link, leftOver) + model.bodyExchangeSeconds;
    }
    return seconds;
  };
  return { classOf, classes, stepSeconds };
}

function bestUniform(space: CutSpace, classes: number, stepSeconds: (genome: Genome) => number) {
  return space.cuts
    .map((cut) => {
      const genes = genesOf(cut);
      const genome: Genome = Uint8Array.from(
        { length: classes * genes.length },
        (_, i) => genes[i % genes.length] ?? 0,
      );
      return { cut, genome, cost: stepSeconds(genome) };
    })
    .reduce((best, other) => (other.cost < best.cost ? other : best));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
