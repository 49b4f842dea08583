// Virtual time for code with promises: the clock moves in small steps, and promises run in between.
import type { VirtualClock } from '../clock.ts';

/** How far and how finely the clock moves. */
export interface AdvanceOptions {
  readonly stepMs?: number;
  /** Virtual milliseconds after which waiting is an error. */
  readonly limitMs?: number;
}

/** Moves the clock until the condition holds; throws when that takes longer than the limit. */
export async function advanceUntil(
  clock: VirtualClock,
  condition: () => boolean,
  { stepMs = 1, limitMs = 600_000 }: AdvanceOptions = {},
): Promise<void> {
  const endMs = clock.now() + limitMs;
  for (;;) {
    await promisesRun();
    if (condition()) return;
    if (clock.now() >= endMs) throw new Error(`nothing came of it within ${limitMs} virtual milliseconds`);
    clock.advance(stepMs);
  }
}

/** Moves the clock by so many milliseconds, letting promises run after each step. */
export async function advance(clock: VirtualClock, milliseconds: number, stepMs = 1): Promise<void> {
  const endMs = clock.now() + milliseconds;
  do {
    await promisesRun();
    clock.advance(Math.min(stepMs, endMs - clock.now()));
  } while (clock.now() < endMs);
  await promisesRun();
}

/** Resolves after every promise that can go on has gone on: a message to oneself comes after them all. */
export function promisesRun(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
