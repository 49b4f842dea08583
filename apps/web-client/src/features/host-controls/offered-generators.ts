// Whose generators can be downloaded: of groups, of an edge's community and of all communities.
import type { TierTree } from '@tessera/core/protocol';
import type { RunView } from '@tessera/core/session';

/** One of them; `number` is that of its address. */
export type OfferedGenerator =
  | { readonly of: 'group'; readonly number: number }
  | { readonly of: 'community'; readonly number: number; readonly index: number; readonly name: string }
  | { readonly of: 'all'; readonly number: number };

/** Of a run: its groups; of an edge its community, and after a merge all communities. None before the first finished round. */
export function generatorsOfRun({
  groups,
  community,
}: Pick<RunView, 'groups' | 'community'>): OfferedGenerator[] {
  const numbers = [...new Set(Object.values(groups.at(-1)?.of ?? {}))].sort((a, b) => a - b);
  if (!community) return numbers.map((number) => ({ of: 'group', number }));
  if (numbers.length === 0) return [];
  const { index, name, version } = community;
  return [
    { of: 'community', number: 0, index, name },
    ...(version > 0 ? [{ of: 'all', number: 1 } as const] : []),
  ];
}

/** Of a cloud: all communities, and each that has brought something; none before the first merge. */
export function generatorsOfCloud({
  version,
  communities,
}: Pick<TierTree, 'version' | 'communities'>): OfferedGenerator[] {
  if (version === 0) return [];
  return [
    { of: 'all', number: 0 },
    ...communities.flatMap(({ name, last }, index) =>
      last ? [{ of: 'community', number: index + 1, index, name } as const] : [],
    ),
  ];
}
