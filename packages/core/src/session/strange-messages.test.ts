import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../nn/testing/backends.ts';
import {
  encodeFrame,
  type FrameHeader,
  MAXIMUM_CONTROL_BYTES,
  maximumFrameBytes,
  type Packet,
} from '../protocol/index.ts';
import type { MemoryDevice } from '../testing/index.ts';
import { isExchangeFrame, tap } from '../testing/tap.ts';
import { stepsDone, withPatched, World } from '../testing/world.ts';

beforeAll(() => useBackend('wasm'));

/** A frame like it whose numbers are NaN, as a broken engine makes them. */
function withNaN(packet: Packet): Packet {
  if (packet.kind !== 'frame') return packet;
  const bytes = packet.bytes.slice();
  // Half precision: an exponent of ones and a mantissa is no number.
  bytes.set([0xff, 0x7f], bytes.length - 8);
  return { kind: 'frame', bytes };
}

function strayFrame(header: Pick<FrameHeader, 'run' | 'round' | 'step' | 'exchange'>): Packet {
  const tensors = new Map([['x', { shape: [1], data: new Float32Array(1) }]]);
  return {
    kind: 'frame',
    bytes: encodeFrame({ header: { kind: 'exchange', encoding: 'float16', ...header }, tensors }),
  };
}

describe('what a device may say', () => {
  test('STEPS-13: a number that is not finite counts as a miss of its sender and touches nobody else', async () => {
    const { world } = await withPatched('broken', (heard) =>
      isExchangeFrame(heard, 1) && heard.header?.step === 1 ? withNaN(heard.packet) : heard.packet,
    );
    await world.untilRounds(1);
    expect(world.logged('tensor-not-finite').map(({ fields }) => fields)).toEqual([
      { device: 'device-00003', round: 0, step: 1, exchange: 1 },
    ]);
    expect(stepsDone(world)).toEqual(['0/0', '0/1', '0/2', '0/3']);
    const { body, globalLayers } = world.run.loop.checkpoint();
    for (const { data } of [...body.values.values(), ...globalLayers.values()]) {
      expect(data.every(Number.isFinite)).toBe(true);
    }
  });

  test('STEPS-15: messages that are repeated, late, or of an earlier start change nothing', async () => {
    const world = await World.open({ settings: { stepsPerRound: 3, rounds: 1 } });
    const a = await world.join('a');
    const sent: Packet[] = [];
    // Everything is said twice, and now and then something old comes once more.
    const chatty: MemoryDevice = await world.join('b', {
      wrap: tap({
        sends: ({ packet, header, type }) => {
          const again = header?.kind === 'exchange' || type === 'ready' || type === 'losses';
          if (again) {
            sent.push(packet);
            const { device } = chatty.pair();
            void device.send(packet);
            const old = sent[Math.floor(sent.length / 2)];
            if (old) void device.send(old);
            if (header) void device.send(strayFrame({ ...header, run: header.run + 1 }));
          }
          return packet;
        },
      }),
    });
    world.run.loop.command('start');
    await world.untilRounds(1);
    expect(sent.length).toBeGreaterThan(18);
    expect([a.connections(), chatty.connections()]).toEqual([1, 1]);
    expect(world.logged('refused')).toEqual([]);
    const plain = await World.started(['a', 'b'], { settings: { stepsPerRound: 3, rounds: 1 } });
    await plain.world.untilRounds(1);
    expect(world.run.loop.checkpoint().body).toEqual(plain.world.run.loop.checkpoint().body);
    expect(world.view.losses).toEqual(plain.world.view.losses);
  });

  test('STEPS-16: a frame for an exchange that has not begun ends its connection, and only that one', async () => {
    let early = true;
    const { world, patched } = await withPatched('c', (heard) => {
      if (!early || !isExchangeFrame(heard, 2) || !heard.header) return heard.packet;
      early = false;
      return strayFrame({ ...heard.header, exchange: 5 });
    });
    await world.untilRounds(1);
    expect(world.logged('refused').map(({ fields }) => fields.code)).toEqual(['bad-message']);
    expect(patched.status().current).toMatchObject({ state: 'refused', code: 'bad-message' });
    expect(stepsDone(world)).toEqual(['0/0', '0/1', '0/2', '0/3']);
  });

  test('RUN-28: malformed, oversize and misplaced packets end their own connection with a code, and no other', async () => {
    const { world, devices } = await World.started(['a', 'b'], { settings: { stepsPerRound: 2, rounds: 1 } });
    const { spec, settings } = world.run.loop;
    const tooLarge = maximumFrameBytes({ spec, batch: settings.batch }) + 4;
    const bad: [string, Packet][] = [
      ['frame-malformed', { kind: 'frame', bytes: new Uint8Array(40) }],
      ['frame-malformed', { kind: 'frame', bytes: new Uint8Array(3) }],
      ['frame-too-large', { kind: 'frame', bytes: new Uint8Array(tooLarge) }],
      ['bad-message', { kind: 'control', message: { type: 'nothing' } }],
      ['bad-message', { kind: 'control', message: null }],
      ['bad-message', { kind: 'control', message: { type: 'ping', __proto__: null, extra: 1 } }],
      ['message-too-large', { kind: 'control', message: 'x'.repeat(MAXIMUM_CONTROL_BYTES) }],
    ];
    const offenders: MemoryDevice[] = [];
    for (const [i, [, packet]] of bad.entries()) {
      const offender = await world.join(`offender ${i}`);
      offenders.push(offender);
      offender
        .pair()
        .device.send(packet)
        .catch(() => undefined);
      await world.until(() => offender.status().current.state === 'refused');
    }
    world.run.loop.command('start');
    await world.untilRounds(1);
    expect(world.logged('refused').map(({ fields }) => fields.code)).toEqual(bad.map(([code]) => code));
    expect(offenders.map((offender) => offender.status().current)).toEqual(
      bad.map(([code]) => expect.objectContaining({ state: 'refused', code }) as unknown),
    );
    expect(devices.map((device) => device.connections())).toEqual([1, 1]);
    expect(world.view.committedRound).toBe(0);
  });

  test('RUN-29: a device that talks faster than allowed, or reads too slowly, is dropped and nobody else', async () => {
    const world = await World.open();
    const [fast, slow, third] = [
      await world.join('fast'),
      await world.join('slow'),
      await world.join('third'),
    ];
    for (let i = 0; i < 1_200; i++)
      void fast.pair().device.send({ kind: 'control', message: { type: 'ping' } });
    await world.until(() => world.logged('refused').length > 0);
    expect(world.logged('refused')[0]?.fields).toMatchObject({
      device: 'device-00001',
      code: 'too-many-messages',
    });
    slow.pair().stall('device', true);
    world.run.loop.command('start');
    await world.until(
      () => world.logged('gone').some(({ fields }) => fields.reason === 'slow-reader'),
      60_000,
    );
    expect(world.logged('gone').filter(({ fields }) => fields.device === 'device-00003')).toEqual([]);
    expect(third.connections()).toBe(1);
  });

  test('RUN-30: claimed images count up to the cap, and fewer than 16 are refused', async () => {
    const { world } = await World.started([], {
      settings: { stepsPerRound: 1, rounds: 1, sampleCap: 40, warmUpRounds: 1 },
    });
    const claim = (samples: number) =>
      tap({
        sends: ({ packet, type }) =>
          packet.kind === 'control' && type === 'profile'
            ? { kind: 'control', message: { ...(packet.message as object), samples } }
            : packet,
      });
    await world.join('honest', { count: 40 });
    await world.join('boaster', { wrap: claim(4_000_000_000) });
    const empty = world.add('empty', { wrap: claim(15) });
    void empty.loop.start();
    await world.untilRounds(1);
    expect(world.seen('boaster')).toMatchObject({ samples: 40, weight: 0.5 });
    expect(world.seen('honest')).toMatchObject({ samples: 40, weight: 0.5 });
    expect(world.logged('refused')[0]?.fields).toMatchObject({ code: 'too-few-images' });
  });
});
