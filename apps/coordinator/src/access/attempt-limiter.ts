// Slows down whoever guesses keys and codes.
import type { Clock } from '@tessera/core/clock';

/** Wrong tries from one address before it must wait. */
export const MAX_WRONG_TRIES_PER_ADDRESS = 10;
/** Wrong tries from all addresses together before everybody must wait. */
export const MAX_WRONG_TRIES_ALL = 200;
/** How long wrong tries count. */
export const WRONG_TRIES_WINDOW_MS = 60_000;
/** Addresses remembered at once; beyond it only the common count protects. */
const MAX_ADDRESSES = 1_000;

/** What became of a try. */
export type AttemptResult = 'right' | 'wrong' | 'too-many';

/** Counts wrong tries in windows of a minute, for each address and for all together. */
export class AttemptLimiter {
  readonly #clock: Clock;
  #windowStartedMs: number;
  #all = 0;
  #byAddress = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#windowStartedMs = clock.now();
  }

  /** Makes one try; `check` is not even called for an address that tried too often. */
  attempt(address: string, check: () => boolean): AttemptResult {
    this.#turnWindow();
    const wrongBefore = this.#byAddress.get(address) ?? 0;
    if (wrongBefore >= MAX_WRONG_TRIES_PER_ADDRESS || this.#all >= MAX_WRONG_TRIES_ALL) return 'too-many';
    if (check()) return 'right';
    this.#all++;
    if (this.#byAddress.size < MAX_ADDRESSES || wrongBefore > 0)
      this.#byAddress.set(address, wrongBefore + 1);
    return 'wrong';
  }

  #turnWindow(): void {
    const now = this.#clock.now();
    if (now - this.#windowStartedMs < WRONG_TRIES_WINDOW_MS) return;
    this.#windowStartedMs = now;
    this.#all = 0;
    this.#byAddress.clear();
  }
}
