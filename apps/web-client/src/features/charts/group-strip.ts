// Which group each device was in, round by round, as rows of cells.
import type { RunView } from '@tessera/core/session';

export interface GroupRow {
  readonly id: string;
  readonly name: string;
  /** One entry a shown round; undefined where the device took no part. `first`: a new group begins here. */
  readonly cells: readonly {
    readonly round: number;
    readonly cluster: number | undefined;
    readonly first: boolean;
  }[];
}

/**
 * Rows for the last `limit` rounds, for every device that was in one of them: in the order of the device list, then those
 * that have left.
 */
export function groupRows(
  view: Pick<RunView, 'groups' | 'devices' | 'names'>,
  limit: number,
): readonly GroupRow[] {
  const rounds = view.groups.slice(-limit);
  const present = view.devices.map(({ id }) => id);
  const inRounds = new Set(rounds.flatMap((round) => Object.keys(round.of)));
  const ids = [
    ...present.filter((id) => inRounds.has(id)),
    ...[...inRounds].filter((id) => !present.includes(id)),
  ];
  return ids.map((id) => ({
    id,
    name: view.names[id] ?? id,
    cells: rounds.map(({ round, of }, i) => {
      const cluster = of[id];
      return { round, cluster, first: cluster !== undefined && cluster !== rounds[i - 1]?.of[id] };
    }),
  }));
}
