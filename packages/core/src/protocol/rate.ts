// How often something may happen: a bucket of tokens per key, with a bound on the keys that are remembered.
import type { Clock } from '../clock.ts';

/** A rate and the burst that it tolerates. */
export interface RateOptions {
  /** Tokens that come back per second. */
  readonly perSecond: number;
  /** Tokens in a full bucket. */
  readonly burst: number;
  /** Keys remembered; beyond them the one unused for longest is forgotten. */
  readonly maximumKeys: number;
}

/** Limits the rate of attempts or messages per key (an address, a device). */
export class RateLimit {
  readonly #clock: Clock;
  readonly #options: RateOptions;
  /** In order of last use, because a key is put back at the end. */
  readonly #buckets = new Map<string, { tokens: number; atMs: number }>();

  constructor(clock: Clock, options: RateOptions) {
    this.#clock = clock;
    this.#options = options;
  }

  /** Takes a token; false when the key has none left. */
  take(key: string): boolean {
    const { perSecond, burst, maximumKeys } = this.#options;
    const nowMs = this.#clock.now();
    const bucket = this.#buckets.get(key) ?? { tokens: burst, atMs: nowMs };
    const tokens = Math.min(burst, bucket.tokens + ((nowMs - bucket.atMs) / 1000) * perSecond);
    const granted = tokens >= 1;
    this.#buckets.delete(key);
    this.#buckets.set(key, { tokens: granted ? tokens - 1 : tokens, atMs: nowMs });
    if (this.#buckets.size > maximumKeys) {
      const oldest = this.#buckets.keys().next();
      if (!oldest.done) this.#buckets.delete(oldest.value);
    }
    return granted;
  }

  /** Forgets a key, for example after a success or when its connection has closed. */
  forget(key: string): void {
    this.#buckets.delete(key);
  }
}
