// Every limit of the protocol, with its unit; what depends on a run's networks is in `frame-size.ts`.

/** Tensors in one frame: two networks of nine blocks have about a hundred. */
export const MAXIMUM_TENSORS = 256;
/** Bytes of a tensor's name (ASCII). */
export const MAXIMUM_NAME_BYTES = 64;
/** Dimensions of a tensor: convolution weights and batches of images have four. */
export const MAXIMUM_RANK = 4;

/** Bytes of one control message as JSON text. */
export const MAXIMUM_CONTROL_BYTES = 1 << 16; // 64 KiB
/** Control messages that a device may send per second, over any longer time: one a step, and steps can be fast. */
export const CONTROL_MESSAGES_PER_SECOND = 200;
/** Control messages that a device may send at once. */
export const CONTROL_MESSAGES_BURST = 1_000;

/** Frames sent to a peer that it has not yet taken. */
export const FRAMES_IN_FLIGHT = 2;
/** Frames that wait for one in flight to be taken. */
export const FRAMES_WAITING = 4;
/** Control messages sent to a peer, or waiting behind a frame, that it has not yet taken. */
export const CONTROL_MESSAGES_WAITING = 256;
/** Milliseconds within which a peer takes what was sent to it; after that it is dropped. */
export const TAKE_DEADLINE_MS = 30_000;

/** Milliseconds within which a new connection must introduce itself. */
export const HANDSHAKE_DEADLINE_MS = 10_000;

/** Numbers in a speed check's one tensor. */
export const SPEED_CHECK_NUMBERS = 1 << 18; // 1 MiB in 32-bit floats
