// What the WebSocket's messages say in socket.io's words: control messages, frames, and nothing that is not known.
import type { Packet } from '@tessera/core/protocol';
import type { Direction } from './recording-proxy.ts';
import type { SocketMessage } from './web-socket.ts';

/** A packet of Tessera with its place in the whole conversation. */
export interface WirePacket {
  readonly direction: Direction;
  readonly order: number;
  readonly packet: Packet;
}

/** The transport's own words, whole: an application's text never fits one of them. */
const TRANSPORT: Readonly<Record<Direction, readonly RegExp[]>> = {
  // Joining the namespace, a heartbeat's answer, "taken", leaving.
  up: [/^40\/device,$/, /^3$/, /^43\/device,\d+\[\]$/, /^41\/device,$/],
  down: [
    /^0\{"sid":"[\w-]{20}","upgrades":\[\],"pingInterval":\d+,"pingTimeout":\d+,"maxPayload":\d+\}$/,
    /^40\/device,\{"sid":"[\w-]{20}"\}$/,
    /^2$/,
    /^43\/device,\d+\[\]$/,
    /^41\/device,$/,
    /^1$/,
  ],
};
const CONTROL = /^42\/device,\d+\["control",(.*)\]$/s;
const FRAME = /^451-\/device,\d+\["frame",\{"_placeholder":true,"num":0\}\]$/;

/** Reads one direction of a device's socket; throws on any message that is not of the grammar above. */
export function readPackets(direction: Direction, messages: readonly SocketMessage[]): WirePacket[] {
  const packets: WirePacket[] = [];
  let frameAnnounced = false;
  for (const { kind, payload, order } of messages) {
    if ((kind === 'binary') !== frameAnnounced)
      throw new Error(`a ${kind} message out of turn, ${direction}`);
    frameAnnounced = false;
    switch (kind) {
      case 'binary':
        packets.push({ direction, order, packet: { kind: 'frame', bytes: payload } });
        break;
      case 'text': {
        const text = new TextDecoder('utf-8', { fatal: true }).decode(payload);
        const [, control] = CONTROL.exec(text) ?? [];
        if (control !== undefined)
          packets.push({ direction, order, packet: { kind: 'control', message: JSON.parse(control) } });
        else if (FRAME.test(text)) frameAnnounced = true;
        else if (!TRANSPORT[direction].some((word) => word.test(text)))
          throw new Error(`unknown text, ${direction}: ${text.slice(0, 200)}`);
        break;
      }
      case 'close':
        // A status of two bytes, without words.
        if (payload.length > 2) throw new Error(`a close with words, ${direction}`);
        break;
      case 'ping':
      case 'pong':
        if (payload.length > 0) throw new Error(`a ${kind} with content, ${direction}`);
        break;
      default:
        kind satisfies never;
    }
  }
  return packets;
}
