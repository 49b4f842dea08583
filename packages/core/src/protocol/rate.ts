// How often a peer may do something: a bucket of tokens that fills again with time.
import type { Clock } from '../clock.ts';
import { CONTROL_MESSAGES_BURST, CONTROL_MESSAGES_PER_SECOND } from './limits.ts';

/** A rate and the burst that it tolerates. */
export interface RateOptions {
  /** Tokens that come back per second. */
  readonly perSecond: number;
  /** Tokens in a full bucket. */
  readonly burst: number;
}

const CONTROL_MESSAGES: RateOptions = {
  perSecond: CONTROL_MESSAGES_PER_SECOND,
  burst: CONTROL_MESSAGES_BURST,
};

/** Limits how often one peer may send; by default at the protocol's rate of control messages. */
export class RateLimit {
  readonly #clock: Clock;
  readonly #options: RateOptions;
  #tokens: number;
  #filledAtMs: number;

  constructor(clock: Clock, options: RateOptions = CONTROL_MESSAGES) {
    this.#clock = clock;
    this.#options = options;
    this.#tokens = options.burst;
    this.#filledAtMs = clock.now();
  }

  /** Takes a token; false when there is none left. */
  take(): boolean {
    const nowMs = this.#clock.now();
    const returned = ((nowMs - this.#filledAtMs) / 1000) * this.#options.perSecond;
    this.#tokens = Math.min(this.#options.burst, this.#tokens + returned);
    this.#filledAtMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}
