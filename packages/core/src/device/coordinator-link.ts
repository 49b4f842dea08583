// The device's end of one connection: what it says, what it hears, and the probe of the speed check.
import type { CancelTimer, Clock } from '../clock.ts';
import {
  type Connection,
  type CoordinatorMessage,
  decodeFrameHeader,
  type DeviceMessage,
  encodeFrame,
  type FrameHeader,
  FrameWriter,
  HANDSHAKE_DEADLINE_MS,
  ignoreClosed,
  type Packet,
  parseCoordinatorMessage,
  SPEED_CHECK_NUMBERS,
  TesseraError,
  withCredit,
} from '../protocol/index.ts';
import type { Random } from '../random.ts';
import type { NamedTensors } from '../tensors/index.ts';
import { PROBE_DEADLINE_MS } from './limits.ts';
import type { LinkProbe } from './speed-check.ts';

export type Welcome = CoordinatorMessage & { readonly type: 'welcome' };

/** Who hears what comes; nothing more is heard after `closed`. */
export interface LinkListener {
  message(message: CoordinatorMessage): void;
  frame(header: FrameHeader, bytes: Uint8Array): void;
  /** What came is not of this protocol. */
  fault(error: unknown): void;
  closed(reason: string): void;
  /** Bytes of one packet. */
  moved(sent: number, received: number): void;
}

export interface LinkPorts {
  readonly clock: Clock;
  /** For the rounding of 8-bit numbers. */
  readonly random: Random;
}

/** One connection to the coordinator, from its first message to its end. */
export class CoordinatorLink implements LinkProbe {
  readonly #connection: Connection;
  readonly #ports: LinkPorts;
  readonly #listener: LinkListener;
  #welcome: Welcome | undefined;
  #writer: FrameWriter | undefined;
  #probe: { readonly returned: () => void; readonly lost: (error: Error) => void } | undefined;
  #cancelHandshake: CancelTimer;
  #isClosed = false;

  constructor(connection: Connection, ports: LinkPorts, listener: LinkListener) {
    const { clock } = ports;
    this.#connection = withCredit(connection, clock);
    this.#ports = ports;
    this.#listener = listener;
    this.#cancelHandshake = clock.after(HANDSHAKE_DEADLINE_MS, () => {
      this.close('handshake-timeout');
    });
    this.#connection.onClose((reason) => {
      this.#closed(reason);
    });
    this.#connection.onPacket((packet) => {
      this.#hear(packet);
    });
  }

  /** The coordinator's welcome, once it has come. */
  get welcome(): Welcome | undefined {
    return this.#welcome;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Sends a control message; a connection that closes meanwhile is noticed by its close. */
  tell(message: DeviceMessage): void {
    this.#listener.moved(JSON.stringify(message).length, 0);
    this.#connection.send({ kind: 'control', message }).catch(ignoreClosed);
  }

  /** Sends tensors in the encoding of their kind; throws a TesseraError about numbers that are not finite. */
  sendFrame(header: Omit<FrameHeader, 'run' | 'encoding'>, tensors: NamedTensors): void {
    if (!this.#welcome || !this.#writer) throw new Error('there is no frame to send before the welcome');
    const bytes = this.#writer.write({ ...header, run: this.#welcome.run }, tensors);
    this.#listener.moved(bytes.byteLength, 0);
    this.#connection.send({ kind: 'frame', bytes }).catch(ignoreClosed);
  }

  /** Forgets what rounding carried: the layers are others now. */
  beginRound(): void {
    this.#writer?.forget();
  }

  /** Resolves when a small message has been taken. */
  ping(): Promise<void> {
    return this.#connection.send({ kind: 'control', message: { type: 'ping' } });
  }

  /** Sends a large frame; resolves when it has been taken, to a promise of its return. */
  async probe(): Promise<{ readonly bytes: number; readonly returned: Promise<void> }> {
    const returned = this.#awaitProbe();
    const numbers = { shape: [SPEED_CHECK_NUMBERS], data: new Float32Array(SPEED_CHECK_NUMBERS) };
    const header = { kind: 'speed-check', run: 0, round: 0, step: 0, exchange: 0 } as const;
    const tensors = new Map([['probe', numbers]]);
    const bytes = encodeFrame({ header: { ...header, encoding: 'float32' }, tensors });
    this.#listener.moved(bytes.byteLength, 0);
    await this.#connection.send({ kind: 'frame', bytes });
    return { bytes: bytes.byteLength, returned };
  }

  close(reason: string): void {
    this.#connection.close(reason);
  }

  #hear(packet: Packet): void {
    if (this.#isClosed) return;
    try {
      if (packet.kind === 'frame') this.#hearFrame(packet.bytes);
      else this.#hearMessage(packet.message);
    } catch (error) {
      this.#listener.fault(error);
    }
  }

  #hearFrame(bytes: Uint8Array): void {
    this.#listener.moved(0, bytes.byteLength);
    const header = decodeFrameHeader(bytes);
    if (header.kind === 'speed-check') this.#probe?.returned();
    else if (header.run === this.#welcome?.run) this.#listener.frame(header, bytes);
  }

  #hearMessage(raw: unknown): void {
    this.#listener.moved(0, JSON.stringify(raw ?? null).length);
    const message = parseCoordinatorMessage(raw);
    if (message.type === 'welcome') {
      if (this.#welcome) throw new TesseraError('bad-message', 'A second welcome came.');
      this.#welcome = message;
      this.#writer = new FrameWriter(message.settings.encoding, this.#ports.random);
      this.#cancelHandshake();
    } else if ('run' in message && message.run !== this.#welcome?.run) return; // of another start
    this.#listener.message(message);
  }

  #awaitProbe(): Promise<void> {
    const returned = new Promise<void>((resolve, reject) => {
      this.#probe = { returned: resolve, lost: reject };
    });
    const cancel = this.#ports.clock.after(PROBE_DEADLINE_MS, () => {
      this.#probe?.lost(new TesseraError('slow-reader', 'The speed check did not come back in time.'));
    });
    const ended = () => {
      cancel();
      this.#probe = undefined;
    };
    returned.then(ended, ended);
    return returned;
  }

  #closed(reason: string): void {
    this.#isClosed = true;
    this.#cancelHandshake();
    this.#probe?.lost(new Error(`the connection is closed: ${reason}`));
    this.#listener.closed(reason);
  }
}
