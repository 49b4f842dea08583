// No start of an engine may hang for ever.
import type { Clock } from '@tessera/core/clock';

/** How long something may take, and what it is called when it takes longer. */
export interface TimeLimit {
  readonly clock: Clock;
  readonly limitMs: number;
  readonly what: string;
}

/** The promise's value, or an error that names what was late. The late work itself is not stopped by it. */
export function withTimeLimit<Value>(promise: Promise<Value>, limit: TimeLimit): Promise<Value> {
  const { clock, limitMs, what } = limit;
  return new Promise((resolve, reject) => {
    const cancel = clock.after(limitMs, () => {
      reject(new Error(`${what} did not finish within ${limitMs / 1000} s`));
    });
    promise.then(resolve, reject).finally(cancel);
  });
}
