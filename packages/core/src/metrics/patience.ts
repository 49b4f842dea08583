// Long computations that let others have a turn, tell how far they are, and can be stopped.
import { systemClock } from '../clock.ts';

/** Milliseconds of computing between two turns of others. */
const TURN_MS = 50;

/** Called between steps of a long computation: throws the signal's reason when it is aborted. */
export type Breathe = () => Promise<void>;

/** A `Breathe` that gives the event loop a turn at most every 50 ms, so that timers, sockets and aborts get through. */
export function breather(signal: AbortSignal | undefined): Breathe {
  let last = systemClock.now();
  return async () => {
    signal?.throwIfAborted();
    if (systemClock.now() - last < TURN_MS) return;
    await new Promise<void>((resolve) => systemClock.after(0, resolve));
    last = systemClock.now();
    signal?.throwIfAborted();
  };
}
