// The door of a run: connections that have not introduced themselves, until they are admitted or refused.
import type { CancelTimer, Clock } from '../clock.ts';
import {
  type Connection,
  HANDSHAKE_DEADLINE_MS,
  refusal,
  TesseraError,
  withCredit,
} from '../protocol/index.ts';
import { MAXIMUM_STRANGERS } from './limits.ts';

export interface DoorPorts {
  readonly clock: Clock;
  /** Takes over a connection by its first message; throws a TesseraError to refuse it. */
  admit(connection: Connection, firstMessage: unknown, peer: string): void;
  /** A connection was refused with this code. */
  refused(code: string): void;
}

/** Waits for first messages; a stranger that stays silent, and one too many, is turned away. */
export class Door {
  readonly #ports: DoorPorts;
  /** With the timers that end them. */
  readonly #strangers = new Map<Connection, CancelTimer>();

  constructor(ports: DoorPorts) {
    this.#ports = ports;
  }

  /** Takes a new connection; its sending side is bounded from here on. */
  attach(raw: Connection, peer: string): void {
    const connection = withCredit(raw, this.#ports.clock);
    if (this.#strangers.size >= MAXIMUM_STRANGERS) {
      this.#refuse(connection, new TesseraError('run-full', 'Too many devices are joining at this moment.'));
      return;
    }
    const cancel = this.#ports.clock.after(HANDSHAKE_DEADLINE_MS, () => {
      this.#refuse(
        connection,
        new TesseraError('handshake-timeout', 'The device did not introduce itself in time.'),
      );
    });
    this.#strangers.set(connection, cancel);
    connection.onClose(() => {
      this.#forget(connection);
    });
    connection.onPacket((packet) => {
      if (!this.#forget(connection)) return;
      try {
        const message = packet.kind === 'control' ? packet.message : undefined;
        this.#ports.admit(connection, message, peer);
      } catch (error) {
        this.#refuse(connection, error);
      }
    });
  }

  /** Sends every stranger away. */
  close(): void {
    for (const connection of [...this.#strangers.keys()]) connection.close('shutting-down');
  }

  #forget(connection: Connection): boolean {
    this.#strangers.get(connection)?.();
    return this.#strangers.delete(connection);
  }

  #refuse(connection: Connection, error: unknown): void {
    this.#forget(connection);
    const message = refusal(error);
    this.#ports.refused(message.code);
    const close = () => {
      connection.close(message.code);
    };
    connection.send({ kind: 'control', message }).then(close, close);
  }
}
