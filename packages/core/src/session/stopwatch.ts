// How long a run has been under way, over all starts of its coordinator.
import type { Clock } from '../clock.ts';

/** Counts seconds while it runs. */
export class Stopwatch {
  readonly #clock: Clock;
  #seconds: number;
  #startedMs: number | undefined;

  constructor(clock: Clock, seconds = 0) {
    this.#clock = clock;
    this.#seconds = seconds;
  }

  get seconds(): number {
    const since = this.#startedMs === undefined ? 0 : this.#clock.now() - this.#startedMs;
    return this.#seconds + since / 1000;
  }

  /** Starts or stops; saying the same twice changes nothing. */
  set running(running: boolean) {
    if (running === (this.#startedMs !== undefined)) return;
    this.#seconds = this.seconds;
    this.#startedMs = running ? this.#clock.now() : undefined;
  }
}
