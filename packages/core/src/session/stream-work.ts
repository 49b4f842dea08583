// What a round of streams needs besides: who is in it, and how old the samples are that a device answers for.
import type { Exchange } from '../architecture/index.ts';
import { type FederatedDevice, isAsynchronous } from '../strategy/index.ts';
import type { DeviceLink } from './device-link.ts';
import type { RunHandle, RunParts } from './run-parts.ts';
import { Staleness } from './staleness.ts';
import { streamsOf } from './streams.ts';

/** The asynchronous side of the rounds' work; where devices wait for each other it answers that there is none. */
export class StreamWork {
  readonly #parts: RunParts;
  readonly #run: RunHandle;
  readonly #staleness: Staleness;

  constructor(parts: RunParts, run: RunHandle) {
    this.#parts = parts;
    this.#run = run;
    this.#staleness = new Staleness(parts.context.settings.staleness);
  }

  /** Whether devices answer one by one. */
  get isAsynchronous(): boolean {
    return isAsynchronous(this.#parts.context.settings.strategy);
  }

  /** The devices that have a stream now. */
  get devices(): readonly string[] {
    return [...(streamsOf(this.#run.state().phase)?.of.keys() ?? [])];
  }

  /** What the devices of an asynchronous round count at its end; they bring nothing, and go on meanwhile. */
  brought(links: readonly DeviceLink[]): FederatedDevice[] {
    const { sampleCap } = this.#parts.context.settings;
    return links.flatMap(({ id, assignment, introduction }) => {
      const samples = Math.min(introduction?.samples ?? 0, sampleCap);
      return assignment ? [{ id, cut: assignment.cut, samples, values: new Map() }] : [];
    });
  }

  /** s of each answer that came at this moment; undefined for the exchange that draws, and where all wait. */
  stalenessOf(
    exchange: Exchange,
    ids: readonly string[],
    receivedMs: number,
  ): ReadonlyMap<string, number> | undefined {
    if (!this.isAsynchronous || exchange === 1) return undefined;
    const devices = Math.max(1, this.devices.length);
    return new Map(ids.map((id) => [id, this.#staleness.at(id, receivedMs, devices)]));
  }

  /** The body has drawn for these devices, or learned from them. */
  bodyDone(exchange: Exchange, ids: readonly string[]): void {
    if (!this.isAsynchronous) return;
    if (exchange === 1) for (const id of ids) this.#staleness.drawn(id);
    else this.#staleness.updated(this.#parts.context.clock.now());
  }
}
