import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { systemClock, VirtualClock } from '../clock.ts';
import type { Connection, Packet } from '../protocol/index.ts';
import { Random } from '../random.ts';
import { memoryPair, type MemoryFaults } from './memory-transport.ts';
import { transportContract } from '../testing/transport-contract.ts';
import { advance, promisesRun } from './virtual-time.ts';

const MAXIMUM_BYTES = 1 << 20;

describe.each<[string, Partial<MemoryFaults>]>([
  ['without latency', {}],
  ['with latency and jitter', { latencyMs: 1, jitterMs: 2 }],
])('the transport in memory, %s', (_, faults) => {
  test.each(transportContract.map((c) => [c.title, c] as const))('%s', async (_title, c) => {
    await c.run(() => {
      const random = new Random('contract');
      const pair = memoryPair({ clock: systemClock, random, faults, maximumBytes: MAXIMUM_BYTES });
      const dispose = () => {
        pair.cut();
        return Promise.resolve();
      };
      return Promise.resolve({
        left: pair.device,
        right: pair.coordinator,
        maximumBytes: MAXIMUM_BYTES,
        dispose,
      });
    });
  });
});

/** The numbers that arrive, and what became of each send. */
function numbered(connection: Connection, peer: Connection) {
  const arrived: number[] = [];
  const outcomes: string[] = [];
  peer.onPacket((packet) => {
    if (packet.kind === 'control') arrived.push(packet.message as number);
  });
  const send = (number: number) => {
    outcomes[number] = 'open';
    connection.send({ kind: 'control', message: number }).then(
      () => (outcomes[number] = 'taken'),
      () => (outcomes[number] = 'rejected'),
    );
  };
  return { arrived, outcomes, send };
}

describe('faults of the transport in memory', () => {
  const setUp = (faults: Partial<MemoryFaults>, seed: number | string = 'faults') => {
    const clock = new VirtualClock();
    const pair = memoryPair({ clock, random: new Random(seed), faults });
    return { clock, pair, ...numbered(pair.device, pair.coordinator) };
  };

  test('SIM-1: a packet travels for the latency, and its acknowledgement as long again', async () => {
    const { clock, arrived, outcomes, send } = setUp({ latencyMs: 40 });
    send(0);
    await advance(clock, 39);
    expect(arrived).toEqual([]);
    await advance(clock, 1);
    expect(arrived).toEqual([0]);
    expect(outcomes).toEqual(['open']);
    await advance(clock, 40);
    expect(outcomes).toEqual(['taken']);
  });

  test('SIM-2: any faults keep the order: what arrives is an ordered part of what was sent, doubles side by side', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.record({
          latencyMs: fc.nat(20),
          jitterMs: fc.nat(50),
          loss: fc.constantFrom(0, 0.3),
          duplication: fc.constantFrom(0, 0.3),
          disconnection: fc.constantFrom(0, 0.05),
        }),
        async (seed, faults) => {
          const { clock, arrived, outcomes, send } = setUp(faults, seed);
          for (let i = 0; i < 30; i++) {
            send(i);
            await advance(clock, 5, 5);
          }
          await advance(clock, 200, 20);
          expect(arrived).toEqual([...arrived].sort((a, b) => a - b));
          for (const [i, outcome] of outcomes.entries())
            if (outcome === 'taken') expect(arrived).toContain(i);
          const clean = faults.loss === 0 && faults.disconnection === 0;
          expect(new Set(arrived).size === 30).toBe(
            clean || outcomes.every((outcome) => outcome === 'taken'),
          );
          if (faults.duplication === 0) expect(new Set(arrived).size).toBe(arrived.length);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('SIM-3: the same seed gives the same faults', async () => {
    const story = async () => {
      const { clock, arrived, outcomes, send } = setUp({ jitterMs: 30, loss: 0.2, duplication: 0.2 }, 11);
      for (let i = 0; i < 50; i++) send(i);
      await advance(clock, 100);
      return { arrived, outcomes };
    };
    const first = await story();
    expect(await story()).toEqual(first);
    expect(first.outcomes).toContain('open');
    expect(first.arrived.length).toBeGreaterThan(new Set(first.arrived).size);
  });

  test('SIM-4: a lost packet is never taken, and its send rejects when the connection closes', async () => {
    const { clock, pair, arrived, outcomes, send } = setUp({ loss: 1 });
    send(0);
    await advance(clock, 60_000, 1000);
    expect({ arrived, outcomes }).toEqual({ arrived: [], outcomes: ['open'] });
    pair.device.close('tired');
    await promisesRun();
    expect(outcomes).toEqual(['rejected']);
  });

  test('SIM-5: a cut closes both ends at once and loses what was under way', async () => {
    const { clock, pair, arrived, outcomes, send } = setUp({ latencyMs: 10 });
    const reasons: string[] = [];
    pair.device.onClose((reason) => reasons.push(reason));
    pair.coordinator.onClose((reason) => reasons.push(reason));
    send(0);
    pair.cut();
    await advance(clock, 100);
    expect({ arrived, outcomes, reasons }).toEqual({
      arrived: [],
      outcomes: ['rejected'],
      reasons: ['connection lost', 'connection lost'],
    });
  });

  test('SIM-6: a stalled end takes nothing until it goes on', async () => {
    const { clock, pair, arrived, outcomes, send } = setUp({ latencyMs: 1 });
    pair.stall('coordinator', true);
    for (let i = 0; i < 5; i++) send(i);
    await advance(clock, 10_000, 100);
    expect(arrived).toEqual([]);
    expect(new Set(outcomes)).toEqual(new Set(['open']));
    pair.stall('coordinator', false);
    await advance(clock, 10);
    expect(arrived).toEqual([0, 1, 2, 3, 4]);
    expect(new Set(outcomes)).toEqual(new Set(['taken']));
  });

  test('SIM-7: frames arrive as bytes of their own at an odd address, and every byte sent is seen on the wire', async () => {
    const seen: string[] = [];
    const pair = memoryPair({
      clock: new VirtualClock(),
      random: new Random(1),
      onWire: ({ from, kind, bytes }) => seen.push(`${from} ${kind} ${bytes.join(' ')}`),
    });
    const received: Packet[] = [];
    pair.device.onPacket((packet) => received.push(packet));
    const bytes = Uint8Array.of(1, 2, 3);
    await pair.coordinator.send({ kind: 'frame', bytes });
    await pair.coordinator.send({ kind: 'control', message: 7 });
    const [packet] = received;
    if (packet?.kind !== 'frame') throw new Error('a frame was expected first');
    expect(packet.bytes).toEqual(bytes);
    expect(packet.bytes.byteOffset % 4).toBe(1);
    expect(packet.bytes.buffer).not.toBe(bytes.buffer);
    expect(seen).toEqual(['coordinator frame 1 2 3', 'coordinator control 55']);
  });
});
