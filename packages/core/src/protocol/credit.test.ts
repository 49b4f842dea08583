import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../clock.ts';
import { Random } from '../random.ts';
import { advance, memoryPair, promisesRun } from '../simulation/index.ts';
import { type CreditLimits, withCredit } from './credit.ts';
import { CONTROL_MESSAGES_WAITING, FRAMES_IN_FLIGHT, FRAMES_WAITING, TAKE_DEADLINE_MS } from './limits.ts';
import type { Packet } from './transport.ts';

function setUp(limits: Partial<CreditLimits> = {}) {
  const clock = new VirtualClock();
  const onWire: Packet['kind'][] = [];
  const pair = memoryPair({
    clock,
    random: new Random(1),
    faults: { latencyMs: 10 },
    onWire: ({ kind }) => onWire.push(kind),
  });
  const sender = withCredit(pair.coordinator, clock, limits);
  const outcomes: string[] = [];
  const closes: string[] = [];
  const received: number[] = [];
  sender.onClose((reason) => closes.push(reason));
  pair.device.onPacket((packet) => {
    received.push(packet.kind === 'frame' ? (packet.bytes[0] ?? NaN) : (packet.message as number));
  });
  const send = (number: number, kind: Packet['kind'] = 'frame') => {
    const packet: Packet =
      kind === 'frame' ? { kind, bytes: Uint8Array.of(number) } : { kind, message: number };
    outcomes[number] = 'open';
    sender.send(packet).then(
      () => (outcomes[number] = 'taken'),
      (error: unknown) => (outcomes[number] = error instanceof Error ? error.message : 'no error'),
    );
  };
  return { clock, pair, sender, onWire, outcomes, closes, received, send };
}

describe('credits', () => {
  test('WIRE-10: at most two frames are in flight; the others wait for their turn', async () => {
    const { clock, onWire, outcomes, received, send } = setUp();
    for (let i = 0; i < FRAMES_IN_FLIGHT + FRAMES_WAITING; i++) send(i);
    expect(onWire).toHaveLength(FRAMES_IN_FLIGHT);
    await advance(clock, 19);
    expect(onWire).toHaveLength(FRAMES_IN_FLIGHT);
    await advance(clock, 1);
    expect(onWire).toHaveLength(2 * FRAMES_IN_FLIGHT);
    await advance(clock, 100);
    expect(received).toEqual([0, 1, 2, 3, 4, 5]);
    expect(new Set(outcomes)).toEqual(new Set(['taken']));
  });

  test('WIRE-11: a control message never overtakes a frame that waits', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('frame' as const, 'control' as const), { maxLength: 40 }),
        async (kinds) => {
          const { clock, received, send } = setUp({ framesWaiting: 40 });
          for (const [i, kind] of kinds.entries()) send(i, kind);
          await advance(clock, 1000, 10);
          expect(received).toEqual(kinds.map((_, i) => i));
        },
      ),
    );
  });

  test('WIRE-12: a peer that takes nothing until the deadline is dropped, and every open send rejects', async () => {
    const { clock, pair, outcomes, closes, send } = setUp();
    pair.stall('device', true);
    for (let i = 0; i < 4; i++) send(i);
    await advance(clock, TAKE_DEADLINE_MS - 1, 1000);
    expect(closes).toEqual([]);
    await advance(clock, 1);
    expect(closes).toEqual(['slow-reader']);
    await promisesRun();
    for (const outcome of outcomes) expect(outcome).toContain('closed: slow-reader');
  });

  test('WIRE-12: a peer that is slow but in time is kept for ever', async () => {
    const { clock, pair, closes, received, send } = setUp();
    for (let i = 0; i < 20; i++) {
      pair.stall('device', true);
      send(i);
      await advance(clock, TAKE_DEADLINE_MS - 100, 1000);
      pair.stall('device', false);
      await advance(clock, 50);
    }
    expect(closes).toEqual([]);
    expect(received).toHaveLength(20);
  });

  test.each([
    ['frame', FRAMES_IN_FLIGHT + FRAMES_WAITING],
    ['control', CONTROL_MESSAGES_WAITING],
  ] as const)(
    'WIRE-13: what is kept for a stalled peer is bounded: one %s more drops it',
    async (kind, limit) => {
      const { pair, outcomes, closes, send } = setUp();
      pair.stall('device', true);
      for (let i = 0; i < limit; i++) send(i, kind);
      await promisesRun();
      expect(closes).toEqual([]);
      send(limit, kind);
      await promisesRun();
      expect(closes).toEqual(['slow-reader']);
      expect(outcomes[limit]).toContain('The peer was dropped');
      expect(outcomes.slice(0, limit).every((outcome) => outcome.includes('closed'))).toBe(true);
    },
  );

  test('WIRE-14: after the close nothing is sent, no timer is left and the close is told once', async () => {
    const { clock, pair, sender, onWire, outcomes, closes, send } = setUp();
    for (let i = 0; i < 4; i++) send(i);
    pair.cut();
    send(4);
    await advance(clock, 2 * TAKE_DEADLINE_MS, 1000);
    sender.close('again');
    expect(onWire).toHaveLength(FRAMES_IN_FLIGHT);
    expect(closes).toEqual(['connection lost']);
    expect(outcomes.every((outcome) => outcome.includes('connection lost'))).toBe(true);
    const late: string[] = [];
    sender.onClose((reason) => late.push(reason));
    expect(late).toEqual(['connection lost']);
  });
});
