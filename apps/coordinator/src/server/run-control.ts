// What the HTTP interface needs of the run.
import type { RoundSamples, RunView } from '@tessera/core/session';

/** The run as the pages see and steer it. */
export interface RunControl {
  view(): RunView;
  /** Lets devices train (again). */
  start(): void;
  pause(): void;
  /** Ends the run after the round in progress. */
  stop(): void;
  /** The samples of a committed round, if they are kept. */
  samples(round: number): Promise<RoundSamples | undefined>;
  /** A zip of a group's generator; undefined before the first commit or without such a group. */
  generator(cluster: number): Promise<Uint8Array | undefined>;
}
