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

/** Rows for the last `limit` rounds, for every device that was in one of them, in the order of the device list. */
export function groupRows(view: Pick<RunView, 'groups' | 'devices'>, limit: number): readonly GroupRow[] {
  const rounds = view.groups.slice(-limit);
  const known = new Map(view.devices.map((device) => [device.id, device.name]));
  const inRounds = new Set(rounds.flatMap((round) => Object.keys(round.of)));
  const ids = [
    ...[...known.keys()].filter((id) => inRounds.has(id)),
    ...[...inRounds].filter((id) => !known.has(id)),
  ];
  return ids.map((id) => ({
    id,
    name: known.get(id) ?? id,
    cells: rounds.map(({ round, of }, i) => {
      const cluster = of[id];
      return { round, cluster, first: cluster !== undefined && cluster !== rounds[i - 1]?.of[id] };
    }),
  }));
}
