// Every limit of a run's coordination, with its unit; those of the wire are in `protocol/limits.ts`.

/** Milliseconds that an exchange waits for the slowest device, at least. */
export const MINIMUM_EXCHANGE_DEADLINE_MS = 5_000;
/** An exchange waits so many times as long as the plan predicts for a step. */
export const PREDICTED_STEPS_WAITED = 2;
/** Milliseconds that the body may compute in one exchange; after that it counts as failed. */
export const BODY_DEADLINE_MS = 120_000;
/** Milliseconds for loading layers and compiling kernels on a slow phone before the round begins without it. */
export const PREPARE_DEADLINE_MS = 90_000;
/** Milliseconds for sending a device's layers at the end of a round. */
export const LAYERS_DEADLINE_MS = 30_000;
/** Milliseconds for averaging and writing a checkpoint. */
export const COMMIT_DEADLINE_MS = 120_000;
/** Milliseconds for judging the last round's generators: training the classifiers, and a slow phone's answer. */
export const JUDGING_DEADLINE_MS = 180_000;
/** Milliseconds in which no device of an asynchronous round answers; then all who are awaited have missed their step. */
export const STREAM_SILENCE_MS = 60_000;
/** Milliseconds that an edge waits for its cloud's answer besides the time that a synchronous cloud waits for others. */
export const CLOUD_ANSWER_MS = 60_000;
/** Milliseconds on the bench when the run cannot go on without those who sit there. */
export const BENCH_REST_MS = 30_000;
/** Rounds given up in a row after which a run no longer helps itself. */
export const ROUNDS_UNTIL_STUCK = 3;
/** Misses in a row after which a device leaves the round. */
export const MISSES_UNTIL_BENCH = 3;

/** Connections that have not introduced themselves; one more is turned away. */
export const MAXIMUM_STRANGERS = 256;
/** Devices that are gone and still listed; beyond them the one gone longest is dropped from the list. */
export const MAXIMUM_GONE_DEVICES = 64;
/** Members remembered with their tokens; beyond them the one that joined longest ago is forgotten. */
export const MAXIMUM_MEMBERS = 4_096;
/** Speed checks that one connection may ask for. */
export const MAXIMUM_SPEED_CHECKS = 8;

/** Loss points kept; beyond them every second of the older half is dropped. */
export const MAXIMUM_LOSS_POINTS = 2_000;
/** Rounds of group membership kept. */
export const MAXIMUM_GROUP_ROUNDS = 200;
/** Rounds that were judged kept. */
export const MAXIMUM_JUDGED_ROUNDS = 200;
/** Judged rounds, the last, for which slow devices may still answer. */
export const AWAITED_JUDGED_ROUNDS = 4;
/** Steps over which times and traffic are averaged. */
export const TIMED_STEPS = 20;
/** Steps of a device, its last, from which its speed is judged anew. */
export const JUDGED_DEVICE_STEPS = 50;
/** Rounds over which the body's drift is judged. */
export const JUDGED_ROUNDS = 3;
