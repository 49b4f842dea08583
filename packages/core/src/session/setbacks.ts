// What has gone wrong since the last commit: rounds that were given up, and what devices said of their steps.
import { type ErrorCode, ERRORS } from '../protocol/index.ts';
import { ROUNDS_UNTIL_STUCK } from './limits.ts';

export interface Setbacks {
  /** Times that the round was given up. */
  readonly rounds: number;
  /** Why it was, the last time; empty before. */
  readonly reason: string;
  /** What a device's last failed step failed of, where it said so. */
  readonly fault?: ErrorCode | undefined;
}

export const NO_SETBACKS: Setbacks = { rounds: 0, reason: '' };

/** Says that the round does not come to its end, why, and what to do; undefined while it may still. */
export function stuckSentence({ rounds, reason, fault }: Setbacks, round: number): string | undefined {
  if (rounds < ROUNDS_UNTIL_STUCK) return undefined;
  const remedy =
    fault === undefined
      ? 'Devices leave or answer too late before it ends: fewer steps in a round, a smaller width or batch, or a lower minimum of devices help.'
      : `The devices' last fault is ${fault}. ${ERRORS[fault].help}`;
  return `Round ${round + 1} was given up ${rounds} times in a row (${reason}). ${remedy}`;
}
