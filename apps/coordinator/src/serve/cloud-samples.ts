// The samples that a cloud draws, fetched by an edge for its own pages, which speak to nobody but the edge.
import type { RoundSamples } from '@tessera/core/session';
import { fetchJson } from '../device/index.ts';
import { samplesSchema } from '../store/index.ts';
import { trustFor } from '../transport/index.ts';
import type { EdgeOptions } from './edge.ts';

/** Versions that are kept in memory. */
const KEPT = 64;
/** Samples of 64 communities in colour. */
const MAX_BYTES = 1 << 23; // 8 MiB
/** Milliseconds between two looks for a newer version. */
const EVERY_MS = 2_000;

/** Follows the global model; an unanswered question costs a picture and nothing else. */
export class CloudSamples {
  readonly #options: EdgeOptions;
  readonly #kept = new Map<number, RoundSamples>();
  #lookedAtMs = -Infinity;

  constructor(options: EdgeOptions) {
    this.#options = options;
  }

  /** Versions that can be read, in order. */
  get versions(): readonly number[] {
    return [...this.#kept.keys()].sort((a, b) => a - b);
  }

  /** The global model has this version now: its samples are fetched, but not too often. */
  follow(version: number): void {
    const nowMs = performance.now();
    if (version === 0 || this.#kept.has(version) || nowMs - this.#lookedAtMs < EVERY_MS) return;
    this.#lookedAtMs = nowMs;
    this.#fetch().catch(() => undefined);
  }

  read(version: number): Promise<RoundSamples | undefined> {
    return Promise.resolve(this.#kept.get(version));
  }

  async #fetch(): Promise<void> {
    const { cloud, fingerprint } = this.#options;
    const trust = await trustFor(cloud, fingerprint);
    const answer = await fetchJson(new URL('/api/tiers/samples/newest', cloud), trust, MAX_BYTES);
    const samples = samplesSchema.safeParse(answer);
    if (!samples.success) return;
    this.#kept.set(samples.data.round, samples.data);
    const oldest = this.versions[0];
    if (this.#kept.size > KEPT && oldest !== undefined) this.#kept.delete(oldest);
  }
}
