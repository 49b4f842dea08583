// Core's Connection over socket.io, inside the Worker: each packet is acknowledged when the peer has taken it.
import type { Connection, Packet } from '@tessera/core/protocol';
import { io } from 'socket.io-client';

/** How long the first answer of the coordinator may take. */
const CONNECT_DEADLINE_MS = 20_000;
/** Packets that are kept until the receiver is set; a peer that sends more before it is heard is cut off. */
const MOST_EARLY_PACKETS = 16;

/** Opens a connection to the coordinator at `origin`; rejects with an Error that says why it could not be reached. */
export function openSocketConnection(origin: string): Promise<Connection> {
  const socket = io(`${origin}/device`, {
    // Some networks refuse WebSockets; polling is slower and gets through.
    transports: ['websocket', 'polling'],
    tryAllTransports: true,
    // Reconnecting is the device loop's affair: socket.io would send again what it kept while it was offline.
    reconnection: false,
    forceNew: true,
    timeout: CONNECT_DEADLINE_MS,
  });
  return new Promise((resolve, reject) => {
    socket.once('connect_error', (error) => {
      socket.disconnect();
      reject(new Error(`the coordinator did not answer: ${error.message}`, { cause: error }));
    });
    socket.once('connect', () => {
      socket.removeAllListeners('connect_error');
      resolve(new SocketConnection(socket));
    });
  });
}

/** The part of a socket.io socket that a connection needs. */
export interface PlainSocket {
  emit(event: Packet['kind'], payload: unknown, taken: () => void): unknown;
  on(event: string, listener: (...given: unknown[]) => void): unknown;
  disconnect(): unknown;
}

/** One live socket as a Connection; it never comes back after it closed. */
export class SocketConnection implements Connection {
  readonly #socket: PlainSocket;
  readonly #open = new Set<(reason: Error) => void>();
  #early: Packet[] = [];
  #receiver: ((packet: Packet) => void) | undefined;
  #onClose: ((reason: string) => void) | undefined;
  #closed: string | undefined;

  constructor(socket: PlainSocket) {
    this.#socket = socket;
    socket.on('control', (message, taken) => this.#take({ kind: 'control', message }, taken));
    socket.on('frame', (payload, taken) => {
      const bytes = asBytes(payload);
      if (bytes) this.#take({ kind: 'frame', bytes }, taken);
      else this.close('bad-message');
    });
    socket.on('disconnect', (reason) => this.#finish(typeof reason === 'string' ? reason : 'disconnected'));
  }

  send(packet: Packet): Promise<void> {
    if (this.#closed !== undefined) return Promise.reject(closedError(this.#closed));
    return new Promise((resolve, reject) => {
      this.#open.add(reject);
      this.#socket.emit(packet.kind, packet.kind === 'frame' ? packet.bytes : packet.message, () => {
        this.#open.delete(reject);
        resolve();
      });
    });
  }

  onPacket(receiver: (packet: Packet) => void): void {
    this.#receiver = receiver;
    for (const packet of this.#early.splice(0)) receiver(packet);
  }

  onClose(receiver: (reason: string) => void): void {
    this.#onClose = receiver;
    if (this.#closed !== undefined) receiver(this.#closed);
  }

  close(reason: string): void {
    if (this.#closed !== undefined) return;
    this.#finish(reason);
    this.#socket.disconnect();
  }

  #take(packet: Packet, taken: unknown): void {
    if (this.#closed !== undefined) return;
    if (typeof taken !== 'function' || this.#early.length >= MOST_EARLY_PACKETS) {
      this.close('bad-message');
      return;
    }
    if (this.#receiver) this.#receiver(packet);
    else this.#early.push(packet);
    (taken as () => void)(); // socket.io's own acknowledgement
  }

  #finish(reason: string): void {
    if (this.#closed !== undefined) return;
    this.#closed = reason;
    for (const reject of this.#open) reject(closedError(reason));
    this.#open.clear();
    this.#onClose?.(reason);
  }
}

/** Browsers hand out ArrayBuffers, Node hands out Buffers. */
function asBytes(payload: unknown): Uint8Array | undefined {
  if (payload instanceof ArrayBuffer) return new Uint8Array(payload);
  if (payload instanceof Uint8Array)
    return new Uint8Array(payload.buffer, payload.byteOffset, payload.byteLength);
  return undefined;
}

function closedError(reason: string): Error {
  return new Error(`the connection is closed: ${reason}`);
}
