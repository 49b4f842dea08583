// Slows down whoever guesses keys and codes.
import type { Clock } from '@tessera/core/clock';
import { ADDRESSES_REMEMBERED, ATTEMPTS_PER_MINUTE, RateLimit } from '@tessera/core/protocol';

/** Tries per minute from all addresses together; guessers have many addresses. */
export const ATTEMPTS_PER_MINUTE_ALL = 600;

/** What became of a try. */
export type AttemptResult = 'right' | 'wrong' | 'too-many';

/** Limits tries for each address and for all together; a right try gives an address its tries back. */
export class AttemptLimiter {
  readonly #byAddress: RateLimit;
  readonly #all: RateLimit;

  constructor(clock: Clock) {
    this.#byAddress = perMinute(clock, ATTEMPTS_PER_MINUTE, ADDRESSES_REMEMBERED);
    this.#all = perMinute(clock, ATTEMPTS_PER_MINUTE_ALL, 1);
  }

  /** Makes one try; `check` is not even called for an address that tried too often. */
  attempt(address: string, check: () => boolean): AttemptResult {
    if (!this.#byAddress.take(address) || !this.#all.take('all')) return 'too-many';
    if (!check()) return 'wrong';
    this.#byAddress.forget(address);
    return 'right';
  }
}

function perMinute(clock: Clock, tries: number, maximumKeys: number): RateLimit {
  return new RateLimit(clock, { perSecond: tries / 60, burst: tries, maximumKeys });
}
