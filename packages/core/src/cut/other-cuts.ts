// Cuts that no genetic search has chosen: the exact optimum for few kinds of devices, and cuts that are given.
import type { Cut } from '../architecture/index.ts';
import { type ChosenCuts, cutProblem, predicted, solution } from './choose-cuts.ts';
import { enumerateOptimum } from './enumerate.ts';
import { measuredModel, type RunShape } from './measured-cost.ts';
import type { PlannedDevice } from './predict.ts';
import type { CoordinatorProfile } from './profile.ts';

/** The best cuts by trying all of them; throws a RangeError when the devices are of too many kinds for that. */
export function exactCuts(
  devices: readonly PlannedDevice[],
  coordinator: CoordinatorProfile,
  run: RunShape,
): ChosenCuts {
  const problem = cutProblem(devices, coordinator, run);
  const arities = Array.from({ length: problem.classes }, () => problem.space.arities).flat();
  const { genome } = enumerateOptimum(arities, problem.stepSeconds);
  return { ...solution(problem, genome), generations: 0 };
}

/** Given cuts, and the step that they lead to; `cutOf` is asked in the order of the devices' ids. */
export function assignedCuts(
  devices: readonly PlannedDevice[],
  coordinator: CoordinatorProfile,
  run: RunShape,
  cutOf: (id: string) => Cut,
): ChosenCuts {
  const sorted = [...devices].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const assigned = sorted.map((device) => ({ ...device, cut: cutOf(device.id) }));
  const [first] = assigned;
  if (!first) throw new RangeError('there is no device to give a cut to');
  const plan = predicted(measuredModel(coordinator, run), assigned);
  return {
    ...plan,
    uniform: { cut: first.cut, stepSeconds: plan.predictedStepSeconds },
    classes: new Map(sorted.map(({ id }) => [id, 0])),
    generations: 0,
  };
}
