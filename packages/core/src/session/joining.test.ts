import { beforeAll, describe, expect, test } from 'vitest';
import { deviceParameters, pickTensors } from '../federate/index.ts';
import { useBackend } from '../nn/testing/backends.ts';
import { decodeFrame, PROTOCOL_VERSION } from '../protocol/index.ts';
import { Random } from '../random.ts';
import { memoryPair } from '../simulation/index.ts';
import type { MemoryDevice } from '../testing/index.ts';
import type { NamedTensors } from '../tensors/index.ts';
import { MAXIMUM_STRANGERS } from './limits.ts';
import { tap } from '../testing/tap.ts';
import { World } from '../testing/world.ts';

beforeAll(() => useBackend('wasm'));

/** A connection that says what it is told to and remembers what it hears. */
function stranger(world: World) {
  const { device, coordinator } = memoryPair({ clock: world.clock, random: new Random(1) });
  const heard: unknown[] = [];
  const closes: string[] = [];
  device.onPacket((packet) => heard.push(packet.kind === 'control' ? packet.message : packet.bytes));
  device.onClose((reason) => closes.push(reason));
  world.run.loop.attach(coordinator, 'stranger');
  return { device, heard, closes };
}

const HELLO = { type: 'hello', protocol: PROTOCOL_VERSION, name: 'x', kind: 'node' } as const;

describe('joining', () => {
  test('RUN-20: who joins in mid-run waits for the next round, then gets the global average', async () => {
    const { world } = await World.started(['a', 'b'], { settings: { stepsPerRound: 2, warmUpRounds: 9 } });
    await world.untilStep(1);
    const layers: NamedTensors[] = [];
    const late = world.add('late', {
      wrap: tap({
        hears: ({ packet, header }) => {
          if (header?.kind !== 'layers' || packet.kind !== 'frame') return;
          const { cut } = world.seen('late');
          if (cut) layers.push(decodeFrame(packet.bytes, deviceParameters(world.run.loop.spec, cut)).tensors);
        },
      }),
    });
    void late.loop.start();
    await world.until(() => world.isListed('late') && world.seen('late').standing === 'waiting-for-round');
    expect(world.view.committedRound).toBe(-1);
    await world.until(() => layers.length > 0);
    const [given] = layers;
    const { globalLayers, committedRound } = world.run.loop.checkpoint();
    expect(committedRound).toBe(0);
    const { cut } = world.seen('late');
    expect(cut).toBeDefined();
    if (cut) expect(given).toEqual(pickTensors(globalLayers, deviceParameters(world.run.loop.spec, cut)));
    await world.untilRounds(2);
    expect(world.view.groups.at(-1)?.of).toHaveProperty('device-00003');
  });

  test('RUN-21: a device leaves at any time, or after the round when it finishes, and is not listed any more', async () => {
    const { world, devices } = await World.started(['a', 'b', 'c', 'd'], { settings: { stepsPerRound: 2 } });
    const [a, b, c] = devices;
    await world.untilStep(1);
    a?.loop.leave();
    b?.loop.finish();
    await world.until(() => !world.isListed('a'));
    expect(world.isListed('b')).toBe(true);
    await world.until(() => world.view.committedRound === 0 && !world.isListed('b'));
    await world.until(() => isFinished(b));
    expect(a?.status().current).toEqual({ state: 'left' });
    await world.untilRounds(2);
    expect(Object.keys(world.view.groups.at(-1)?.of ?? {})).toEqual(['device-00003', 'device-00004']);
    expect([a?.connections(), b?.connections(), c?.connections()]).toEqual([1, 1, 1]);
  });

  test.each([
    ['another version', { ...HELLO, protocol: PROTOCOL_VERSION + 1 }, 'version-mismatch'],
    ['an unknown run', { ...HELLO, runId: 'other' }, 'unknown-run'],
    ['no join code', HELLO, 'wrong-join-code'],
    ['a wrong join code', { ...HELLO, joinCode: 'b' }, 'wrong-join-code'],
    ['a token of nobody', { ...HELLO, resume: { token: 'A'.repeat(43), committedRound: 3 } }, 'bad-token'],
    ['another first message', { type: 'ping' }, 'bad-message'],
    ['a greeting with more', { ...HELLO, extra: 1 }, 'bad-message'],
  ])('RUN-22: %s is refused with a code, and the connection closed', async (_what, hello, code) => {
    const world = await worldWithCode();
    const { device, heard, closes } = stranger(world);
    await device.send({ kind: 'control', message: hello });
    await world.until(() => closes.length > 0);
    expect(heard).toEqual([{ type: 'refused', code, message: expect.any(String) as string }]);
    expect(world.view.devices).toEqual([]);
  });

  test('RUN-23: a connection that stays silent, or begins with a frame, is closed', async () => {
    const world = await worldWithCode();
    const [silent, framed] = [stranger(world), stranger(world)];
    framed.device.send({ kind: 'frame', bytes: new Uint8Array(32) }).catch(() => undefined);
    await world.until(() => silent.closes.length + framed.closes.length === 2);
    expect(silent.heard).toMatchObject([{ code: 'handshake-timeout' }]);
    expect(framed.heard).toMatchObject([{ code: 'bad-message' }]);
  });

  test('RUN-24: connections without an introduction are bounded; one too many is told to come back', async () => {
    const world = await worldWithCode();
    const before = Array.from({ length: MAXIMUM_STRANGERS }, () => stranger(world));
    const { heard, closes } = stranger(world);
    await world.until(() => closes.length > 0, 1_000);
    expect(heard).toMatchObject([{ code: 'run-full' }]);
    for (const { device } of before) device.close('enough');
  });

  test('RUN-25: a full run refuses a newcomer until a place is free, and lets a member back to its own place', async () => {
    const world = await World.open({ settings: { maximumDevices: 2 } });
    const a = await world.join('a');
    const b = await world.join('b');
    const c = world.add('c');
    void c.loop.start();
    await world.until(() => world.logged('refused').length > 0);
    expect(world.logged('refused')[0]?.fields).toEqual({ code: 'run-full' });
    // The coordinator still believes in a's first connection when a comes back with its token.
    const again = world.add('a', { storage: a.storage });
    void again.loop.start();
    await world.until(() => again.status().deviceId === 'device-00001');
    expect(world.view.devices).toHaveLength(2);
    b.loop.leave();
    await world.until(() => world.isListed('c'));
  });

  test('RUN-26: the same device in a second window takes over; the first is told so and does not fight for its place', async () => {
    const world = await World.open();
    const first = await world.join('a');
    const second = world.add('a', { storage: first.storage });
    void second.loop.start();
    await world.until(() => second.status().current.state === 'standing');
    await world.until(() => first.status().current.state === 'refused');
    expect(first.status().current).toMatchObject({ code: 'joined-elsewhere' });
    await world.until(() => world.clock.now() > 60_000);
    expect([first.connections(), second.connections()]).toEqual([1, 1]);
    expect(world.view.devices).toHaveLength(1);
  });

  test('RUN-27: the list keeps devices that are gone, by name and without standing in the way', async () => {
    const { world, devices } = await World.started(['a', 'b', 'c'], { settings: { stepsPerRound: 1 } });
    devices[2]?.pair().cut();
    devices[2]?.loop.leave();
    await world.untilRounds(2);
    expect(world.seen('c')).toMatchObject({ connected: false });
    expect(world.view.here).toBe(2);
  });
});

function isFinished(device: MemoryDevice | undefined): boolean {
  const current = device?.status().current;
  return current?.state === 'standing' && current.standing.standing === 'finished';
}

let shared: World | undefined;

/** One run with a join code for all tests that are refused by it. */
async function worldWithCode(): Promise<World> {
  shared ??= await World.open({ joinCode: 'a' });
  return shared;
}
