// Hears what passes a device's cable, both ways, and changes or swallows what the device sends.
import { type Connection, decodeFrameHeader, type FrameHeader, type Packet } from '../protocol/index.ts';

/** A packet with what a test asks about it. */
export interface Heard {
  readonly packet: Packet;
  /** Of a frame. */
  readonly header?: FrameHeader;
  /** The control message's type; undefined for a frame. */
  readonly type?: unknown;
}

export interface TapOptions {
  /** Returns what is sent instead; nothing swallows the packet. */
  readonly sends?: (heard: Heard) => Packet | undefined;
  /** Told of what comes, before the device hears it. */
  readonly hears?: (heard: Heard) => void;
}

/** Wraps a device's connection. */
export function tap({ sends, hears }: TapOptions): (connection: Connection) => Connection {
  return (connection) => ({
    send: (packet) => {
      const changed = sends ? sends(heardOf(packet)) : packet;
      return changed ? connection.send(changed) : Promise.resolve();
    },
    onPacket: (receiver) => {
      connection.onPacket((packet) => {
        hears?.(heardOf(packet));
        receiver(packet);
      });
    },
    onClose: (receiver) => {
      connection.onClose(receiver);
    },
    close: (reason) => {
      connection.close(reason);
    },
  });
}

/** Whether this is the frame of that exchange. */
export function isExchangeFrame({ header }: Heard, exchange: number): boolean {
  return header?.kind === 'exchange' && header.exchange === exchange;
}

function heardOf(packet: Packet): Heard {
  if (packet.kind === 'frame') return { packet, header: decodeFrameHeader(packet.bytes) };
  const { message } = packet;
  const type = typeof message === 'object' && message && 'type' in message ? message.type : undefined;
  return { packet, type };
}
