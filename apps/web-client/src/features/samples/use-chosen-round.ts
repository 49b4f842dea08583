// Which round's samples are shown: the newest, until somebody looks back.
import { useState } from 'react';

export interface ChosenRound {
  /** undefined while there is none. */
  readonly round: number | undefined;
  readonly choose: (round: number) => void;
}

/** Follows the newest round as long as the newest is chosen. */
export function useChosenRound(rounds: readonly number[]): ChosenRound {
  const [chosen, setChosen] = useState<number>();
  const newest = rounds.at(-1);
  const round = chosen !== undefined && rounds.includes(chosen) ? chosen : newest;
  return { round, choose: (wanted) => setChosen(wanted === newest ? undefined : wanted) };
}
