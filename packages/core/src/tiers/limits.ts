// Every limit between edges and their cloud, with its unit; those of the wire are in `protocol/limits.ts`.

/** Milliseconds between an edge's signs of life. */
export const BEAT_MS = 3_000;
/** Milliseconds without a word after which either side takes the other for gone. */
export const SILENCE_MS = 20_000;
/** Milliseconds for which an upload waits for a connection that broke, before the edge goes on by itself. */
export const RETURN_GRACE_MS = 10_000;
/** Milliseconds that an upload waits for its answer beyond the time that a synchronous cloud waits for others. */
export const ANSWER_DEADLINE_MS = 60_000;
/** Milliseconds between two tries at a cloud that refused for a reason that the edge cannot mend. */
export const REFUSED_RETRY_MS = 30_000;
/** Messages that an edge may send per second, over any longer time. */
export const EDGE_MESSAGES_PER_SECOND = 20;
/** Messages that an edge may send at once. */
export const EDGE_MESSAGES_BURST = 200;
