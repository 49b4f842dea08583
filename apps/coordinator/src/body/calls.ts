// The messages between the main thread and the body's worker thread: one request, one reply.
import type { BodyPort } from '@tessera/core/session';

/** The calls of the port; `engine` is told once, at the start. */
export type BodyMethod = Exclude<keyof BodyPort, 'engine'>;

/** One call, answered by the reply of the same id. */
export interface BodyRequest {
  readonly id: number;
  readonly method: BodyMethod;
  /** The method's one argument, if it has any. */
  readonly argument?: unknown;
}

/** What the worker says. */
export type BodyReply =
  | { readonly type: 'started'; readonly engine: BodyPort['engine'] }
  | { readonly type: 'refused'; readonly message: string }
  | { readonly type: 'done'; readonly id: number; readonly value: unknown }
  | { readonly type: 'failed'; readonly id: number; readonly message: string };

/**
 * The buffers inside a message that may move instead of being copied: those that belong whole to one array, so that
 * no other data goes with them.
 */
export function ownedBuffers(message: unknown, found = new Set<ArrayBuffer>()): ArrayBuffer[] {
  if (ArrayBuffer.isView(message)) {
    const { buffer, byteLength } = message;
    if (buffer instanceof ArrayBuffer && byteLength > 0 && buffer.byteLength === byteLength)
      found.add(buffer);
  } else if (message instanceof Map) {
    for (const value of message.values()) ownedBuffers(value, found);
  } else if (typeof message === 'object' && message !== null) {
    for (const value of Object.values(message)) ownedBuffers(value, found);
  }
  return [...found];
}
