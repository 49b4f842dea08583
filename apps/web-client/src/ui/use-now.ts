// The time of day as a value that moves while it is needed.
import { useSyncExternalStore } from 'react';

const SECOND_MS = 1_000;

function everySecond(changed: () => void): () => void {
  const timer = setInterval(changed, SECOND_MS);
  return () => clearInterval(timer);
}

const never = () => () => undefined;

/** Milliseconds since 1970, in whole seconds; renewed by itself while `running`. */
export function useNow(running: boolean): number {
  return useSyncExternalStore(
    running ? everySecond : never,
    () => Math.floor(Date.now() / SECOND_MS) * SECOND_MS,
  );
}
