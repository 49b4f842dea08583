// Every limit of a device's loop, with its unit; those of the wire are in `protocol/limits.ts`.

/** Milliseconds before the first attempt to reconnect; each further wait is twice as long. */
export const FIRST_RETRY_MS = 500;
/** Milliseconds between attempts to reconnect, at most. */
export const LONGEST_RETRY_MS = 15_000;
/** Milliseconds until a speed check's frame must be back. */
export const PROBE_DEADLINE_MS = 30_000;
/** Milliseconds of rest between two steps, at most. */
export const LONGEST_REST_MS = 2_000;
/** Messages that wait for the engine; a coordinator that sends more is left. */
export const MAXIMUM_WAITING_MESSAGES = 256;
/** Held-out images judged between two steps: a second on a slow engine, so that no step is missed for it. */
export const JUDGED_AT_ONCE = 16;
/** Events kept for the page's log. */
export const MAXIMUM_EVENTS = 50;
/** Loss points kept for the page's chart. */
export const MAXIMUM_LOSS_POINTS = 500;
