// The cuts of a round: chosen from what the devices measured, with the shallowest cut for whoever was too slow.
import { type Cut, SHALLOWEST_CUT } from '../architecture/index.ts';
import { chooseCuts, type ChosenCuts, type CoordinatorProfile } from '../cut/index.ts';
import { Random } from '../random.ts';
import type { DeviceLink, LinkContext } from './device-link.ts';

export interface PlanOptions {
  readonly context: LinkContext;
  readonly round: number;
  readonly body: CoordinatorProfile;
  readonly linkBytesPerSecond: number | undefined;
}

/** Chooses the cuts of these devices; throws when a profile does not fit the run's networks. */
export function planCuts(links: readonly DeviceLink[], options: PlanOptions): ChosenCuts {
  const { context, round, body, linkBytesPerSecond } = options;
  const { batch, encoding, deepestCut, seed } = context.settings;
  const devices = links.flatMap(({ id, introduction }) =>
    introduction ? [{ id, profile: introduction.profile }] : [],
  );
  const shared = linkBytesPerSecond === undefined ? {} : { linkBytesPerSecond };
  return chooseCuts(
    devices,
    body,
    { spec: context.spec, batch, encoding, deepestCut, ...shared },
    { random: new Random(`${seed}/cuts/${round}`) },
  );
}

/** The cut of one device; without a plan, and for a device with strikes, the shallowest. */
export function cutFor(id: string, plan: ChosenCuts | undefined, strikes: number): Cut {
  return strikes > 0 ? SHALLOWEST_CUT : (plan?.cuts.get(id) ?? SHALLOWEST_CUT);
}
