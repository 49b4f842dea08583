// When to try again: waits that double, half of each drawn, so that thirty devices do not come back in one instant.
import type { Random } from '../random.ts';
import { FIRST_RETRY_MS, LONGEST_RETRY_MS } from './limits.ts';

/** Counts failed attempts; `reset` when something has come of one. */
export class Retry {
  readonly #random: Random;
  #attempts = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Attempts since the last success. */
  get attempts(): number {
    return this.#attempts;
  }

  /** Milliseconds until the next attempt. */
  next(): number {
    const longest = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#attempts);
    this.#attempts += 1;
    return this.#random.uniform(longest / 2, longest);
  }

  reset(): void {
    this.#attempts = 0;
  }
}
