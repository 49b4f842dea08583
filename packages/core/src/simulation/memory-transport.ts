// A connection in memory: a socket pair whose packets become bytes, travel through a clock, and meet seeded faults.
import type { Clock } from '../clock.ts';
import type { Connection, Packet, Side } from '../protocol/index.ts';
import type { Random } from '../random.ts';

/** What goes wrong, per packet; probabilities are in [0, 1]. */
export interface MemoryFaults {
  /** Milliseconds that a packet travels, and its acknowledgement after it. */
  readonly latencyMs: number;
  /** Up to so many milliseconds more, drawn for each packet; the order is kept. */
  readonly jitterMs: number;
  /** Probability that a packet never arrives, so that its send stays open until the connection closes. */
  readonly loss: number;
  /** Probability that a packet arrives twice. */
  readonly duplication: number;
  /** Probability that the connection breaks instead of carrying a packet. */
  readonly disconnection: number;
}

/** A link without faults. */
export const NO_FAULTS: MemoryFaults = {
  latencyMs: 0,
  jitterMs: 0,
  loss: 0,
  duplication: 0,
  disconnection: 0,
};

/** What a pair of connections is made of. */
export interface MemoryPairOptions {
  readonly clock: Clock;
  /** Draws the faults. */
  readonly random: Random;
  readonly faults?: Partial<MemoryFaults>;
  /** Milliseconds that a packet takes besides the latency: the time on a link of some speed, waiting included. */
  readonly travelMs?: (from: Side, bytes: number) => number;
  /** Bytes of the largest packet; a larger one closes the connection. */
  readonly maximumBytes?: number;
  /** Sees every byte that is sent, before any fault. */
  readonly onWire?: (sent: {
    readonly from: Side;
    readonly kind: Packet['kind'];
    readonly bytes: Uint8Array;
  }) => void;
}

/** Both ends of one connection, and the hand on its cable. */
export interface MemoryPair {
  readonly device: Connection;
  readonly coordinator: Connection;
  /** Breaks the connection: both ends close at once and what was under way is lost. */
  cut(): void;
  /** Stops one end from taking packets, as a blocked thread does, or lets it go on. */
  stall(end: Side, stalled: boolean): void;
}

/** Makes a connected pair. Without latency packets arrive as soon as the code at hand has ended, else by the clock. */
export function memoryPair(options: MemoryPairOptions): MemoryPair {
  const ends = {
    device: new MemoryEnd('device', options),
    coordinator: new MemoryEnd('coordinator', options),
  };
  const cut = () => {
    ends.device.end('connection lost');
    ends.coordinator.end('connection lost');
  };
  ends.device.attach(ends.coordinator, cut);
  ends.coordinator.attach(ends.device, cut);
  return {
    ...ends,
    cut,
    stall: (end, stalled) => {
      ends[end].stall(stalled);
    },
  };
}

/** Something on its way to an end: a packet with its acknowledgement, or the news that the other side has closed. */
type Arrival =
  | { readonly bytes: Uint8Array; readonly kind: Packet['kind']; readonly taken: () => void }
  | { readonly closed: string };

class MemoryEnd implements Connection {
  readonly #side: Side;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #faults: MemoryFaults;
  readonly #options: MemoryPairOptions;
  #peer: MemoryEnd | undefined;
  #cut: () => void = () => undefined;

  /** Rejects of the sends that the peer has not yet taken. */
  readonly #open = new Set<(error: Error) => void>();
  #closed: string | undefined;
  #receiveClose: ((reason: string) => void) | undefined;
  #receive: ((packet: Packet) => void) | undefined;
  readonly #unread: Packet[] = [];

  #arrivals: Arrival[] = [];
  #due = 0;
  #lastAtMs = -Infinity;
  #stalled = false;

  constructor(side: Side, options: MemoryPairOptions) {
    this.#side = side;
    this.#clock = options.clock;
    this.#random = options.random;
    this.#faults = { ...NO_FAULTS, ...options.faults };
    this.#options = options;
  }

  attach(peer: MemoryEnd, cut: () => void): void {
    this.#peer = peer;
    this.#cut = cut;
  }

  async send(packet: Packet): Promise<void> {
    if (this.#closed !== undefined) throw new Error(`the connection is closed: ${this.#closed}`);
    const bytes = toBytes(packet);
    this.#options.onWire?.({ from: this.#side, kind: packet.kind, bytes });
    const [breaks, lost, twice] = [
      this.#happens('disconnection'),
      this.#happens('loss'),
      this.#happens('duplication'),
    ];
    return new Promise((resolve, reject) => {
      this.#open.add(reject);
      if (breaks || bytes.length > (this.#options.maximumBytes ?? Infinity)) {
        this.#cut();
        return;
      }
      if (lost) return;
      const taken = () => {
        this.#after(this.#faults.latencyMs, () => {
          if (this.#open.delete(reject)) resolve();
        });
      };
      for (let copy = 0; copy < (twice ? 2 : 1); copy++) this.#launch({ bytes, kind: packet.kind, taken });
    });
  }

  onPacket(receiver: (packet: Packet) => void): void {
    this.#receive = receiver;
    for (const packet of this.#unread.splice(0)) receiver(packet);
  }

  onClose(receiver: (reason: string) => void): void {
    this.#receiveClose = receiver;
    if (this.#closed !== undefined) receiver(this.#closed);
  }

  /** What was sent before still arrives; then the peer learns of the close. */
  close(reason: string): void {
    if (this.#closed !== undefined) return;
    this.#launch({ closed: 'closed by the peer' });
    this.end(reason);
  }

  /** Closes this end alone. */
  end(reason: string): void {
    if (this.#closed !== undefined) return;
    this.#closed = reason;
    this.#arrivals = [];
    for (const reject of this.#open) reject(new Error(`the connection is closed: ${reason}`));
    this.#open.clear();
    this.#receiveClose?.(reason);
  }

  stall(stalled: boolean): void {
    this.#stalled = stalled;
    this.#takeDue();
  }

  #happens(fault: 'loss' | 'duplication' | 'disconnection'): boolean {
    return this.#random.next() < this.#faults[fault];
  }

  #launch(arrival: Arrival): void {
    const travelMs = 'bytes' in arrival ? this.#options.travelMs?.(this.#side, arrival.bytes.length) : 0;
    const { latencyMs, jitterMs } = this.#faults;
    this.#peer?.expect(arrival, (travelMs ?? 0) + latencyMs + jitterMs * this.#random.next());
  }

  /** Lets something arrive after the delay, and never before what was sent earlier. */
  expect(arrival: Arrival, delayMs: number): void {
    const nowMs = this.#clock.now();
    this.#lastAtMs = Math.max(this.#lastAtMs, nowMs + delayMs);
    this.#arrivals.push(arrival);
    this.#after(this.#lastAtMs - nowMs, () => {
      this.#due++;
      this.#takeDue();
    });
  }

  /** Real timers wait a millisecond even for nothing, which would slow every simulated step. */
  #after(delayMs: number, action: () => void): void {
    if (delayMs > 0) this.#clock.after(delayMs, action);
    else queueMicrotask(action);
  }

  #takeDue(): void {
    while (this.#due > 0 && !this.#stalled) {
      this.#due--;
      const arrival = this.#arrivals.shift(); // none when this end has closed meanwhile
      if (!arrival) continue;
      if ('closed' in arrival) {
        this.end(arrival.closed);
        continue;
      }
      const packet = toPacket(arrival);
      if (this.#receive) this.#receive(packet);
      else this.#unread.push(packet);
      arrival.taken();
    }
  }
}

function toBytes(packet: Packet): Uint8Array {
  if (packet.kind === 'frame') return packet.bytes.slice();
  return new TextEncoder().encode(JSON.stringify(packet.message));
}

/** Frames arrive at an odd address, as Node's Buffers may. */
function toPacket({ kind, bytes }: { kind: Packet['kind']; bytes: Uint8Array }): Packet {
  if (kind === 'control') return { kind, message: JSON.parse(new TextDecoder().decode(bytes)) as unknown };
  const wide = new Uint8Array(bytes.length + 1);
  wide.set(bytes, 1);
  return { kind, bytes: wide.subarray(1) };
}
