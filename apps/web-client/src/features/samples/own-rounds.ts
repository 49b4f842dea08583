// The volunteer's look back: its own samples, and those of its group from before it joined.

/** Where the picture after so many rounds of training comes from. */
export interface OwnRound {
  /** Rounds of training behind it. */
  readonly after: number;
  readonly from: 'device' | 'coordinator';
}

/**
 * All rounds to look back through, ascending: the device draws at the start of a round, the coordinator before the first
 * and at the end of each, and the coordinator's are used only for the time before the device's first.
 */
export function ownRounds(
  deviceRounds: readonly number[],
  coordinatorRounds: readonly number[],
): readonly OwnRound[] {
  const first = deviceRounds[0] ?? Infinity;
  const earlier = coordinatorRounds.filter((after) => after < first);
  return [
    ...earlier.map((after) => ({ after, from: 'coordinator' as const })),
    ...deviceRounds.map((after) => ({ after, from: 'device' as const })),
  ];
}
