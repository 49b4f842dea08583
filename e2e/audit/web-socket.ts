// WebSocket frames (RFC 6455) out of a recorded stream: unmasked, joined, nothing left over.
import type { Stream } from './recording-proxy.ts';

/** One message, or one control frame, as the application sees it. */
export interface SocketMessage {
  readonly kind: 'text' | 'binary' | 'close' | 'ping' | 'pong';
  readonly payload: Uint8Array;
  /** The proxy's order when the last byte passed. */
  readonly order: number;
}

const KINDS: ReadonlyMap<number, SocketMessage['kind']> = new Map([
  [1, 'text'],
  [2, 'binary'],
  [8, 'close'],
  [9, 'ping'],
  [10, 'pong'],
]);
const CONTINUATION = 0;

interface WireFrame {
  readonly final: boolean;
  readonly opcode: number;
  readonly payload: Uint8Array;
  readonly end: number;
}

/** Every message from byte `from` to the end; throws on bytes that are none, compressed ones among them. */
export function readMessages(stream: Stream, from: number): SocketMessage[] {
  const messages: SocketMessage[] = [];
  let parts: { readonly kind: SocketMessage['kind']; readonly payloads: Uint8Array[] } | undefined;
  for (let at = from; at < stream.bytes.length;) {
    const { final, opcode, payload, end } = readFrame(stream.bytes, at);
    at = end;
    const order = stream.orderAt(end - 1);
    if (opcode >= 8) {
      messages.push({ kind: kindOf(opcode), payload, order });
      continue;
    }
    if ((opcode === CONTINUATION) !== (parts !== undefined)) throw new Error('fragments of two messages mix');
    parts ??= { kind: kindOf(opcode), payloads: [] };
    parts.payloads.push(payload);
    if (!final) continue;
    messages.push({ kind: parts.kind, payload: Buffer.concat(parts.payloads), order });
    parts = undefined;
  }
  if (parts) throw new Error('the stream ends inside a message');
  return messages;
}

function readFrame(bytes: Uint8Array, at: number): WireFrame {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [first, second] = [view.getUint8(at), view.getUint8(at + 1)];
  if (first & 0x70) throw new Error('a compressed or extended WebSocket frame');
  const short = second & 0x7f;
  const sizeBytes = short === 127 ? 8 : short === 126 ? 2 : 0;
  const length =
    sizeBytes === 8 ? Number(view.getBigUint64(at + 2)) : sizeBytes === 2 ? view.getUint16(at + 2) : short;
  const masked = (second & 0x80) !== 0;
  const maskAt = at + 2 + sizeBytes;
  const start = maskAt + (masked ? 4 : 0);
  const payload = Uint8Array.from(bytes.subarray(start, start + length)); // a Buffer's own slice would share memory
  if (payload.length < length) throw new Error('the stream ends inside a WebSocket frame');
  if (masked)
    for (let i = 0; i < length; i++) payload[i] = (payload[i] ?? 0) ^ view.getUint8(maskAt + (i & 3));
  return { final: (first & 0x80) !== 0, opcode: first & 0x0f, payload, end: start + length };
}

function kindOf(opcode: number): SocketMessage['kind'] {
  const kind = KINDS.get(opcode);
  if (!kind) throw new Error(`an unknown WebSocket frame, opcode ${opcode}`);
  return kind;
}
