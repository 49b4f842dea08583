// The whole recording taken apart: every byte belongs to a request, an answer or a packet, or the audit fails.
import { type HttpExchange, readHttp, type Request } from './http-messages.ts';
import type { RecordedConnection } from './recording-proxy.ts';
import { readPackets, type WirePacket } from './socket-packets.ts';
import { readMessages } from './web-socket.ts';

/** One device's conversation with its coordinator, and what the page fetched besides. */
export interface Conversation {
  readonly requests: readonly Request[];
  /** Packets of both directions in the order of the wire. */
  readonly packets: readonly WirePacket[];
  /** All bytes as an observer of the connections sees them, WebSocket payloads unmasked. */
  readonly streams: readonly { readonly what: string; readonly bytes: Uint8Array }[];
}

/** Reads a recording with exactly one device's socket in it. */
export function readConversation(recording: readonly RecordedConnection[]): Conversation {
  const connections = recording.map((connection) => ({ connection, http: readHttp(connection) }));
  const sockets = connections.flatMap(({ connection, http }) =>
    http.upgrade ? [readSocket(connection, http.upgrade)] : [],
  );
  const [socket] = sockets;
  if (!socket || sockets.length > 1) throw new Error(`${sockets.length} WebSockets were opened, not one`);
  const requests = connections.flatMap(({ http }) => http.requests);
  const raw = connections.flatMap(({ connection: { up, down }, http: { requests: asked } }) => [
    { what: `bytes up, ${asked[0]?.target ?? 'nothing asked'}`, bytes: up.bytes },
    { what: `bytes down, ${asked[0]?.target ?? 'nothing asked'}`, bytes: down.bytes },
  ]);
  return { requests, packets: socket.packets, streams: [...raw, ...socket.streams] };
}

function readSocket(
  { up, down }: RecordedConnection,
  { response, upFrom, downFrom }: NonNullable<HttpExchange['upgrade']>,
) {
  if (response.status !== 101) throw new Error(`the WebSocket was refused with ${response.status}`);
  if (response.headers.has('sec-websocket-extensions')) throw new Error('the WebSocket has extensions');
  const said = { up: readMessages(up, upFrom), down: readMessages(down, downFrom) };
  const packets = (['up', 'down'] as const).flatMap((direction) => readPackets(direction, said[direction]));
  // Joined without the headers of WebSocket frames, which would part what belongs together.
  const joined = (direction: 'up' | 'down') => ({
    what: `messages ${direction}`,
    bytes: Buffer.concat(said[direction].map(({ payload }) => payload)),
  });
  return {
    packets: packets.sort((a, b) => a.order - b.order),
    streams: [joined('up'), joined('down')],
  };
}
