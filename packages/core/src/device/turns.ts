// Everything that uses the engine, one thing after the other.

/** Tasks in order; one that fails leaves the others going. */
export class Turns {
  readonly #limit: number;
  readonly #onError: (error: unknown) => void;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** @param limit how many tasks may wait. */
  constructor(limit: number, onError: (error: unknown) => void) {
    this.#limit = limit;
    this.#onError = onError;
  }

  /** Runs the task when all before it have ended; false, and nothing happens, when too many wait. */
  add(task: () => unknown): boolean {
    if (this.#waiting >= this.#limit) return false;
    this.#waiting += 1;
    this.#last = this.#last
      .then(() => {
        this.#waiting -= 1;
        return task();
      })
      .catch(this.#onError);
    return true;
  }
}
