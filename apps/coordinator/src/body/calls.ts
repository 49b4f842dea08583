// The messages between the main thread and a thread with an engine: one request, one reply.
import type { BodyPort } from '@tessera/core/session';

/** What a thread computes. */
export const THREAD_PARTS = ['body', 'domain-terms'] as const;
export type ThreadPart = (typeof THREAD_PARTS)[number];

/** The calls of the body's port; `engine` is told once, at the start. */
export type BodyMethod = Exclude<keyof BodyPort, 'engine'>;

/** One call, answered by the reply of the same id. */
export interface ThreadRequest {
  readonly id: number;
  readonly method: string;
  /** The method's one argument, if it has any. */
  readonly argument?: unknown;
}

/** What the worker says. */
export type ThreadReply =
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
