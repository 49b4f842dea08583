// A socket.io socket, of either side, as the Connection that core speaks through.
import type { Connection, Packet } from '@tessera/core/protocol';

/** What both sides' sockets have in common. */
export interface PlainSocket {
  emit(event: Packet['kind'], payload: unknown, taken: () => void): unknown;
  on(event: string, listener: (...given: unknown[]) => void): unknown;
  onAny(listener: (event: string) => void): unknown;
}

export interface SocketConnectionOptions {
  /** Bytes of the largest frame in either direction. */
  readonly maximumBytes: number;
  /** Ends the socket; called once. */
  readonly end: () => void;
}

/** Packets kept until the receiver is set; a peer that sends more before it is heard is cut off. */
const MAX_EARLY_PACKETS = 16;

/** Events 'control' (any JSON) and 'frame' (bytes), each acknowledged when it was taken. */
export class SocketConnection implements Connection {
  readonly #socket: PlainSocket;
  readonly #options: SocketConnectionOptions;
  readonly #open = new Set<(reason: Error) => void>();
  #early: Packet[] = [];
  #receiver: ((packet: Packet) => void) | undefined;
  #onClose: ((reason: string) => void) | undefined;
  #closed: string | undefined;

  constructor(socket: PlainSocket, options: SocketConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.on('control', (message, taken) => {
      this.#take({ kind: 'control', message }, taken);
    });
    socket.on('frame', (payload, taken) => {
      if (payload instanceof Uint8Array && payload.byteLength <= options.maximumBytes) {
        // Node hands out Buffers; core sees plain bytes.
        const bytes = new Uint8Array(payload.buffer, payload.byteOffset, payload.byteLength);
        this.#take({ kind: 'frame', bytes }, taken);
      } else this.close(payload instanceof Uint8Array ? 'frame-too-large' : 'bad-message');
    });
    socket.onAny((event) => {
      if (event !== 'control' && event !== 'frame') this.close('bad-message');
    });
    socket.on('disconnect', (reason) => {
      this.#finish(typeof reason === 'string' ? reason : 'disconnected');
    });
  }

  send(packet: Packet): Promise<void> {
    if (this.#closed !== undefined) return Promise.reject(closedError(this.#closed));
    if (packet.kind === 'frame' && packet.bytes.byteLength > this.#options.maximumBytes) {
      this.close('frame-too-large');
      return Promise.reject(closedError('frame-too-large'));
    }
    return new Promise((resolve, reject) => {
      this.#open.add(reject);
      const payload = packet.kind === 'frame' ? packet.bytes : packet.message;
      this.#socket.emit(packet.kind, payload, () => {
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
    this.#options.end();
  }

  #take(packet: Packet, taken: unknown): void {
    if (this.#closed !== undefined) return;
    if (!isCallback(taken) || this.#early.length >= MAX_EARLY_PACKETS) {
      this.close('bad-message');
      return;
    }
    if (this.#receiver) this.#receiver(packet);
    else this.#early.push(packet);
    taken();
  }

  #finish(reason: string): void {
    if (this.#closed !== undefined) return;
    this.#closed = reason;
    for (const reject of this.#open) reject(closedError(reason));
    this.#open.clear();
    this.#onClose?.(reason);
  }
}

function closedError(reason: string): Error {
  return new Error(`the connection is closed: ${reason}`);
}

function isCallback(value: unknown): value is () => void {
  return typeof value === 'function';
}
