// The communities of an experiment in three tiers: an edge each, with devices that hold images of one domain.
import type { Experiment } from './experiment.ts';

/** One community. */
export interface Community {
  readonly name: string;
  /** Its images are of this domain. */
  readonly domain: string;
  readonly devices: number;
}

/** Those that the file names; where it names none, every domain is one. */
export function communitiesOf(experiment: Pick<Experiment, 'tiers' | 'domains' | 'devices'>): Community[] {
  if (experiment.tiers) return [...experiment.tiers.communities];
  const counts = devicesByDomain(experiment);
  return experiment.domains.map(({ name }, i) => ({ name, domain: name, devices: counts[i] ?? 0 }));
}

/** How many devices each domain has: as its communities or itself say, and an equal share of the rest where nobody does. */
export function devicesByDomain({
  tiers,
  domains,
  devices,
}: Pick<Experiment, 'tiers' | 'domains' | 'devices'>): number[] {
  if (tiers)
    return domains.map(({ name }) =>
      tiers.communities.reduce((sum, own) => sum + (own.domain === name ? own.devices : 0), 0),
    );
  const said = domains.reduce((sum, domain) => sum + (domain.devices ?? 0), 0);
  const silent = domains.filter((domain) => domain.devices === undefined).length;
  let left = devices - said;
  let sharers = silent;
  return domains.map((domain) => {
    if (domain.devices !== undefined) return domain.devices;
    const share = Math.ceil(left / sharers);
    left -= share;
    sharers -= 1;
    return share;
  });
}

/** The community (its place in the list) of each device, when a domain's devices are dealt to its communities in order. */
export function communityOfDevices(
  experiment: Pick<Experiment, 'tiers' | 'domains' | 'devices'>,
  domains: readonly string[],
): number[] {
  const free = communitiesOf(experiment).map(({ devices }) => devices);
  const communities = communitiesOf(experiment);
  return domains.map((domain) => {
    const place = communities.findIndex((own, i) => own.domain === domain && (free[i] ?? 0) > 0);
    if (place < 0) throw new RangeError(`no community has a place for another device with ${domain}`);
    free[place] = (free[place] ?? 0) - 1;
    return place;
  });
}
