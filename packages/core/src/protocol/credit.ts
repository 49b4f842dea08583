// Credits: a peer that takes slowly is waited for, then dropped; what is kept for it never grows beyond a limit.
import type { CancelTimer, Clock } from '../clock.ts';
import { TesseraError } from './errors.ts';
import { CONTROL_MESSAGES_WAITING, FRAMES_IN_FLIGHT, FRAMES_WAITING, TAKE_DEADLINE_MS } from './limits.ts';
import type { Connection, Packet } from './transport.ts';

/** The bounds of one connection's sending side; each has the protocol's limit as its default. */
export interface CreditLimits {
  /** Frames sent and not yet taken. */
  readonly framesInFlight: number;
  /** Frames waiting behind those in flight. */
  readonly framesWaiting: number;
  /** Control messages in flight or waiting. */
  readonly controlMessages: number;
  /** Milliseconds within which the peer takes a packet. */
  readonly takeDeadlineMs: number;
}

const PROTOCOL_LIMITS: CreditLimits = {
  framesInFlight: FRAMES_IN_FLIGHT,
  framesWaiting: FRAMES_WAITING,
  controlMessages: CONTROL_MESSAGES_WAITING,
  takeDeadlineMs: TAKE_DEADLINE_MS,
};

interface Waiting {
  readonly packet: Packet;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * The same connection with its sending side bounded. Packets keep their order: a frame without credit holds back what
 * comes after it. When a packet is not taken in time, or more would have to be kept than the limits allow, the
 * connection is closed as 'slow-reader' and every send that is not yet taken rejects.
 */
export function withCredit(
  connection: Connection,
  clock: Clock,
  limits: Partial<CreditLimits> = {},
): Connection {
  const sender = new CreditedSender(connection, clock, { ...PROTOCOL_LIMITS, ...limits });
  return {
    send: (packet) => sender.send(packet),
    onPacket: (receiver) => {
      connection.onPacket(receiver);
    },
    onClose: (receiver) => {
      sender.onClose = receiver;
    },
    close: (reason) => {
      connection.close(reason);
    },
  };
}

class CreditedSender {
  readonly #connection: Connection;
  readonly #clock: Clock;
  readonly #limits: CreditLimits;
  readonly #inFlight: Record<Packet['kind'], number> = { control: 0, frame: 0 };
  readonly #timers = new Set<CancelTimer>();
  #queue: Waiting[] = [];
  #closed: string | undefined;
  #onClose: ((reason: string) => void) | undefined;

  constructor(connection: Connection, clock: Clock, limits: CreditLimits) {
    this.#connection = connection;
    this.#clock = clock;
    this.#limits = limits;
    connection.onClose((reason) => {
      this.#end(reason);
    });
  }

  set onClose(receiver: (reason: string) => void) {
    this.#onClose = receiver;
    if (this.#closed !== undefined) receiver(this.#closed);
  }

  async send(packet: Packet): Promise<void> {
    if (this.#closed !== undefined) throw new Error(`the connection is closed: ${this.#closed}`);
    if (this.#isFull(packet.kind)) throw this.#drop(`more than it may be kept waiting for (${packet.kind}s)`);
    return new Promise((resolve, reject) => {
      this.#queue.push({ packet, resolve, reject });
      this.#pump();
    });
  }

  #isFull(kind: Packet['kind']): boolean {
    const { framesInFlight, framesWaiting, controlMessages } = this.#limits;
    const waiting = this.#queue.filter(({ packet }) => packet.kind === kind).length;
    const limit = kind === 'frame' ? framesInFlight + framesWaiting : controlMessages;
    return waiting + this.#inFlight[kind] >= limit;
  }

  #pump(): void {
    for (;;) {
      const next = this.#queue[0];
      const blocked = next?.packet.kind === 'frame' && this.#inFlight.frame >= this.#limits.framesInFlight;
      if (!next || blocked || this.#closed !== undefined) return;
      this.#queue.shift();
      void this.#launch(next);
    }
  }

  async #launch({ packet, resolve, reject }: Waiting): Promise<void> {
    const cancel = this.#clock.after(this.#limits.takeDeadlineMs, () => {
      this.#drop(`${this.#limits.takeDeadlineMs} ms passed before it took a ${packet.kind}`);
    });
    this.#timers.add(cancel);
    this.#inFlight[packet.kind]++;
    try {
      await this.#connection.send(packet);
      resolve();
    } catch (error) {
      reject(error instanceof Error ? error : new Error('the packet was not sent', { cause: error }));
    } finally {
      cancel();
      this.#timers.delete(cancel);
      this.#inFlight[packet.kind]--;
      this.#pump();
    }
  }

  #drop(why: string): TesseraError {
    this.#connection.close('slow-reader');
    return new TesseraError('slow-reader', `The peer was dropped: ${why}.`);
  }

  #end(reason: string): void {
    this.#closed = reason;
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    const queue = this.#queue;
    this.#queue = [];
    for (const { reject } of queue) reject(new Error(`the connection is closed: ${reason}`));
    this.#onClose?.(reason);
  }
}
