// What every transport must do, as cases that a test file of any transport runs: `for (const c of transportContract)`.
import type { Connection, Packet } from '../protocol/index.ts';

/** A fresh connected pair under test. */
export interface TransportFixture {
  readonly left: Connection;
  readonly right: Connection;
  /** Bytes of the largest packet that the transport takes. */
  readonly maximumBytes: number;
  /** Frees what the fixture holds. */
  dispose(): Promise<void>;
}

/** One promise of `protocol/transport.ts`; `run` rejects with what was broken. */
export interface TransportCase {
  /** The rule and the title, as the test's own title. */
  readonly title: string;
  run(makeFixture: () => Promise<TransportFixture>): Promise<void>;
}

/** The contract. */
export const transportContract: readonly TransportCase[] = [
  contractCase(
    'WIRE-20: packets of both kinds arrive in the order in which they were sent, both ways',
    async ({ left, right }) => {
      const [atLeft, atRight] = [new Inbox(left), new Inbox(right)];
      const packets = Array.from({ length: 40 }, (_, i) => (i % 3 === 1 ? frame(i, 100) : control({ i })));
      await Promise.all([
        ...packets.map((packet) => left.send(packet)),
        ...packets.map((packet) => right.send(packet)),
      ]);
      same(await atRight.first(40), packets, 'packets at the right end');
      same(await atLeft.first(40), packets, 'packets at the left end');
    },
  ),

  contractCase(
    'WIRE-21: a send resolves only when the peer has taken the packet',
    async ({ left, right }) => {
      const inbox = new Inbox(right);
      for (let i = 1; i <= 5; i++) {
        await left.send(i % 2 ? frame(i, 1000) : control({ i }));
        same(inbox.packets.length, i, 'packets taken when the send resolved');
      }
    },
  ),

  contractCase(
    'WIRE-22: packets that came before the receiver was set are delivered then, in order',
    async ({ left, right }) => {
      const packets = [control({ first: true }), frame(7, 64), control({ last: true })];
      await Promise.all(packets.map((packet) => left.send(packet)));
      same(await new Inbox(right).first(3), packets, 'packets');
    },
  ),

  contractCase('WIRE-23: the two ends share no memory', async ({ left, right }) => {
    const inbox = new Inbox(right);
    const sent = frame(3, 256);
    const message = { list: [1, 2, 3] };
    const sending = [left.send(sent), left.send({ kind: 'control', message })];
    await Promise.all(sending);
    sent.bytes.fill(0);
    message.list.length = 0;
    same(
      await inbox.first(2),
      [frame(3, 256), control({ list: [1, 2, 3] })],
      'packets after the sender changed its own',
    );
  }),

  contractCase('WIRE-24: empty, odd and large frames arrive whole', async ({ left, right, maximumBytes }) => {
    const inbox = new Inbox(right);
    const sizes = [0, 1, 3, 4097, Math.min(maximumBytes, 1 << 20)];
    for (const size of sizes) await left.send(frame(5, size));
    same(
      await inbox.first(sizes.length),
      sizes.map((size) => frame(5, size)),
      'frames',
    );
  }),

  contractCase(
    'WIRE-25: text, nesting and hostile keys of a message arrive as plain data',
    async ({ left, right }) => {
      const inbox = new Inbox(right);
      const message: unknown = JSON.parse(
        '{"__proto__":{"polluted":1},"text":"é\\u0000\\ud83d\\ude00","deep":[{"a":[null,1.5]}]}',
      );
      await left.send({ kind: 'control', message });
      same(await inbox.first(1), [{ kind: 'control', message }], 'message');
      same('polluted' in {}, false, 'a key on every object');
    },
  ),

  contractCase(
    'WIRE-26: a close reaches both ends once, and keeps the reason at the end that closed',
    async ({ left, right }) => {
      const [atLeft, atRight] = [new Inbox(left), new Inbox(right)];
      left.close('enough');
      same(await atLeft.closed, 'enough', 'own reason');
      same(typeof (await atRight.closed), 'string', "the peer's reason");
      left.close('again');
      right.close('too');
      await rejects(right.send(control({})), 'a send at the other end after the close');
      same([atLeft.closes, atRight.closes], [1, 1], 'calls of the receivers');
    },
  ),

  contractCase(
    'WIRE-27: a packet that was taken before a close has arrived; one sent after it rejects',
    async ({ left, right }) => {
      const inbox = new Inbox(right);
      await left.send(control({ last: 'words' }));
      left.close('done');
      await rejects(left.send(control({})), 'a send after the close');
      await rejects(left.send(frame(1, 10)), 'a frame after the close');
      await inbox.closed;
      same(inbox.packets, [control({ last: 'words' })], 'packets');
    },
  ),

  contractCase(
    'WIRE-28: sends that the peer has not taken reject when the connection closes',
    async ({ left, right }) => {
      const inbox = new Inbox(right);
      const sending = [left.send(frame(1, 100_000)), left.send(frame(2, 100_000))].map((send) =>
        rejects(send, 'an open send'),
      );
      left.close('gone');
      await Promise.all(sending);
      await inbox.closed;
    },
  ),

  contractCase(
    'WIRE-29: a receiver of the close that is set too late is still called',
    async ({ left, right }) => {
      const atLeft = new Inbox(left);
      right.close('early');
      await atLeft.closed;
      same(await new Inbox(right).closed, 'early', 'reason');
    },
  ),

  contractCase(
    'WIRE-30: a packet of the largest size passes, a larger one closes this connection',
    async ({ left, right, maximumBytes }) => {
      const [atLeft, atRight] = [new Inbox(left), new Inbox(right)];
      await left.send(frame(1, maximumBytes - 1));
      await left.send(frame(2, maximumBytes));
      await rejects(left.send(frame(3, maximumBytes + 1)), 'a packet that is too large');
      await Promise.all([atLeft.closed, atRight.closed]);
      same(
        atRight.packets.map((packet) => packet.kind === 'frame' && packet.bytes.length),
        [maximumBytes - 1, maximumBytes],
        'sizes',
      );
    },
  ),

  {
    title: 'WIRE-31: a connection that breaks leaves the others as they are',
    run: async (makeFixture) => {
      const [one, other] = [await makeFixture(), await makeFixture()];
      try {
        const inbox = new Inbox(other.right);
        await rejects(one.left.send(frame(1, one.maximumBytes + 1)), 'a packet that is too large');
        await other.left.send(control({ alive: true }));
        same(await inbox.first(1), [control({ alive: true })], 'packets of the other connection');
      } finally {
        await Promise.all([one.dispose(), other.dispose()]);
      }
    },
  },
];

function contractCase(title: string, check: (fixture: TransportFixture) => Promise<void>): TransportCase {
  return {
    title,
    run: async (makeFixture) => {
      const fixture = await makeFixture();
      try {
        await check(fixture);
      } finally {
        await fixture.dispose();
      }
    },
  };
}

/** Collects what one end receives. */
class Inbox {
  readonly packets: Packet[] = [];
  closes = 0;
  readonly closed: Promise<string>;
  #waiting: (() => void)[] = [];

  constructor(connection: Connection) {
    connection.onPacket((packet) => {
      // A Buffer would be written otherwise than the Uint8Array that it is.
      this.packets.push(
        packet.kind === 'frame' ? { ...packet, bytes: new Uint8Array(packet.bytes) } : packet,
      );
      for (const check of this.#waiting) check();
    });
    this.closed = new Promise((resolve) => {
      connection.onClose((reason) => {
        this.closes++;
        resolve(reason);
      });
    });
  }

  /** The first `count` packets, as soon as they are here. */
  first(count: number): Promise<Packet[]> {
    return new Promise((resolve) => {
      const check = () => {
        if (this.packets.length >= count) resolve(this.packets.slice(0, count));
      };
      this.#waiting.push(check);
      check();
    });
  }
}

function control(message: unknown): Packet {
  return { kind: 'control', message };
}

function frame(seed: number, size: number): Extract<Packet, { kind: 'frame' }> {
  return { kind: 'frame', bytes: Uint8Array.from({ length: size }, (_, i) => (seed * 31 + i * 7) & 0xff) };
}

function same(actual: unknown, expected: unknown, what: string): void {
  const [held, wanted] = [comparable(actual), comparable(expected)];
  if (held !== wanted) throw new Error(`${what}: ${held.slice(0, 300)} instead of ${wanted.slice(0, 300)}`);
}

function comparable(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (part instanceof Uint8Array ? part.join(' ') : part));
}

async function rejects(promise: Promise<void>, what: string): Promise<void> {
  const outcome = await promise.then(
    () => 'resolved',
    (error: unknown) => error,
  );
  if (!(outcome instanceof Error)) throw new Error(`${what} did not reject with an Error`);
}
