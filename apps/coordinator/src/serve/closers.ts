// What has to be ended, in the reverse order of its start.

type Close = () => unknown;

/** A stack of things to close. */
export class Closers {
  #closers: Close[] = [];

  add(close: Close): void {
    this.#closers.push(close);
  }

  /** Closes everything once; one that fails does not keep the others open. */
  async close(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse())
      await Promise.resolve(close()).catch(() => undefined);
  }
}
