// Where in a run a message belongs, and what its place says about it: expected, repeated, late or early.

/** A place in a run; `run` names one start of the coordinator, so that an earlier start's messages are known. */
export interface Place {
  readonly run: number;
  readonly round: number;
  readonly step: number;
  /** Counted from 1; 0 where a message belongs to no exchange. */
  readonly exchange: number;
}

/** Only 'accept' changes anything; 'duplicate' and 'stale' are ignored; 'early' breaks the protocol. */
export type Verdict = 'accept' | 'duplicate' | 'stale' | 'early';

/** Negative when `a` lies before `b`, zero when they are the same; both must belong to the same start. */
export function comparePlaces(a: Place, b: Place): number {
  return a.round - b.round || a.step - b.step || a.exchange - b.exchange;
}

/** Judges a message by the place that is expected next from its sender. */
export function judge(expected: Place, arrived: Place): Verdict {
  if (arrived.run !== expected.run) return 'stale';
  const order = comparePlaces(arrived, expected);
  if (order === 0) return 'accept';
  if (order > 0) return 'early';
  return arrived.round === expected.round && arrived.step === expected.step ? 'duplicate' : 'stale';
}
