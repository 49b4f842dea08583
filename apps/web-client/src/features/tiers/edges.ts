// The edges of communities: how many are here, and what an edge itself knows better than the cloud's tree.
import type { TierCommunity, TierTree } from '@tessera/core/protocol';
import type { RunView } from '@tessera/core/session';

/** What an edge's own page knows of its run. */
export type OwnRun = Pick<RunView, 'phase' | 'round' | 'step' | 'committedRound' | 'devices'>;

/** Edges that are connected, and all that there are; a community of which no more is told counts as one. */
export function edgesHere({ communities }: TierTree): { readonly here: number; readonly all: number } {
  const edges = communities.flatMap(({ edges: several, present }) =>
    several ? several.map((edge) => edge.present) : [present],
  );
  return { here: edges.filter((present) => present).length, all: edges.length };
}

/** What the edge itself knows of its community; the cloud's tree may be old where the cloud is away. */
export function withOwnRun(community: TierCommunity, run: OwnRun, seat: number | undefined): TierCommunity {
  const { phase, round, step, committedRound, devices } = run;
  const here = devices.filter(({ connected }) => connected).length;
  const { edges } = community;
  const waiting = (told: boolean) => told && phase === 'federating';
  if (edges)
    return {
      ...community,
      present: true,
      edges: edges.map((edge) =>
        edge.seat === seat ? { ...edge, present: true, phase, here, waiting: waiting(edge.waiting) } : edge,
      ),
    };
  const { urls, ...before } = community.news ?? { urls: [] };
  return {
    ...community,
    present: true,
    waiting: waiting(community.waiting),
    news: { ...before, ...{ phase, round, step, committedRound, here }, devices: [], urls },
  };
}
