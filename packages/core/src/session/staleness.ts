// How old the samples are that a device answers for: what discounts an asynchronous update.
import type { RunSettings } from '../protocol/index.ts';

/** Update periods over which their mean is taken. */
const PERIODS = 32;

/** Counts the generator's updates, and remembers at which of them each device's samples were drawn. */
export class Staleness {
  readonly #by: RunSettings['staleness'];
  #version = 0;
  readonly #drawn = new Map<string, number>();
  #updatedMs: number | undefined;
  #periodsMs: readonly number[] = [];

  constructor(by: RunSettings['staleness']) {
    this.#by = by;
  }

  /** Samples are drawn for this device with the generator as it is now. */
  drawn(id: string): void {
    this.#drawn.set(id, this.#version);
  }

  /**
   * s of an answer that came at this moment. By version: updates since its samples were drawn over the number of devices.
   * By time, as AAAI 2023 prints it: time since the generator's last update, in mean update periods.
   */
  at(id: string, receivedMs: number, devices: number): number {
    if (this.#by === 'version') return (this.#version - (this.#drawn.get(id) ?? this.#version)) / devices;
    if (this.#updatedMs === undefined || this.#periodsMs.length === 0) return 0;
    const meanMs = this.#periodsMs.reduce((sum, each) => sum + each, 0) / this.#periodsMs.length;
    return meanMs > 0 ? Math.max(0, receivedMs - this.#updatedMs) / meanMs : 0;
  }

  /** The generator has moved. */
  updated(nowMs: number): void {
    this.#version += 1;
    if (this.#updatedMs !== undefined)
      this.#periodsMs = [...this.#periodsMs, nowMs - this.#updatedMs].slice(-PERIODS);
    this.#updatedMs = nowMs;
  }
}
