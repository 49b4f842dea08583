// The cuts of a round: chosen from what the devices measured, with the shallowest cut for whoever was too slow.
import { type Cut, SHALLOWEST_CUT, wholeCut } from '../architecture/index.ts';
import {
  assignedCuts,
  chooseCuts,
  type ChosenCuts,
  type CoordinatorProfile,
  cutSpace,
  exactCuts,
  type PlannedDevice,
  type RunShape,
} from '../cut/index.ts';
import { coordinatorDrawsBeside } from '../protocol/index.ts';
import { Random } from '../random.ts';
import { strategyOf } from '../strategy/index.ts';
import type { LinkContext } from './device-link.ts';

export interface PlanOptions {
  readonly context: LinkContext;
  readonly round: number;
  readonly body: CoordinatorProfile;
  readonly linkBytesPerSecond: number | undefined;
}

/** Chooses the cuts of these devices; throws when a profile does not fit the run's networks. */
export function planCuts(devices: readonly PlannedDevice[], options: PlanOptions): ChosenCuts {
  const { context, round, body } = options;
  const { deepestCut, seed } = context.settings;
  const shape = shapeOf(options);
  const random = new Random(`${seed}/cuts/${round}`);
  const { schedule } = strategyOf(context.settings.strategy);
  if (schedule !== 'split') return assignedCuts(devices, body, shape, () => wholeCut(context.spec, schedule));
  const { cuts } = cutSpace(context.spec, deepestCut);
  switch (context.settings.cuts) {
    case 'genetic':
      return chooseCuts(devices, body, shape, { random });
    case 'exact':
      return exactCuts(devices, body, shape);
    case 'random':
      return assignedCuts(devices, body, shape, () => cuts[random.integer(cuts.length)] ?? SHALLOWEST_CUT);
    case 'shallowest':
      return assignedCuts(devices, body, shape, () => SHALLOWEST_CUT);
    case 'deepest':
      return assignedCuts(devices, body, shape, () => cuts.at(-1) ?? SHALLOWEST_CUT);
  }
}

/** The plan's cuts with what is known of its devices now; throws when a profile does not fit the run's networks. */
export function keepCuts(
  { cuts, uniform, classes, generations }: ChosenCuts,
  devices: readonly PlannedDevice[],
  options: PlanOptions,
): ChosenCuts {
  const cutOf = (id: string) => cuts.get(id) ?? SHALLOWEST_CUT;
  return { ...assignedCuts(devices, options.body, shapeOf(options), cutOf), uniform, classes, generations };
}

/** Whether another search could find other cuts: there is more than one, and they are not given or drawn. */
export function canMove({ settings }: LinkContext): boolean {
  const { strategy, cuts, deepestCut } = settings;
  const isSearched = cuts === 'genetic' || cuts === 'exact';
  return strategyOf(strategy).schedule === 'split' && isSearched && deepestCut > 1;
}

function shapeOf({ context, linkBytesPerSecond }: PlanOptions): RunShape {
  const { batch, encoding, deepestCut } = context.settings;
  const shared = linkBytesPerSecond === undefined ? {} : { linkBytesPerSecond };
  const besideLabels = coordinatorDrawsBeside(context.settings);
  return { spec: context.spec, batch, encoding, deepestCut, besideLabels, ...shared };
}

/** The cut of one device; without a plan, and for a device with strikes, the one that asks least of it. */
export function cutFor(
  id: string,
  plan: ChosenCuts | undefined,
  { context, strikes }: { readonly context: LinkContext; readonly strikes: number },
): Cut {
  const { schedule } = strategyOf(context.settings.strategy);
  if (schedule !== 'split') return wholeCut(context.spec, schedule);
  return strikes > 0 ? SHALLOWEST_CUT : (plan?.cuts.get(id) ?? SHALLOWEST_CUT);
}
