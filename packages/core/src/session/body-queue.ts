// The body takes one call at a time, in order; whoever calls waits its turn.
import type { BodyPort } from './ports.ts';

/** Calls in line are at most one a device (previews) and three of the round, so the line is as long as the run is large. */
export class BodyQueue {
  readonly #body: BodyPort;
  #last: Promise<unknown> = Promise.resolve();

  constructor(body: BodyPort) {
    this.#body = body;
  }

  /** Runs `work` when everything before it has ended, well or badly; resolves or rejects as `work` does. */
  run<T>(work: (body: BodyPort) => Promise<T>): Promise<T> {
    const turn = this.#last.then(() => work(this.#body));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Resolves when nothing is in line any more. */
  async idle(): Promise<void> {
    for (let last; last !== this.#last;) {
      last = this.#last;
      await last;
    }
  }
}
