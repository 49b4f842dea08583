import { beforeAll, describe, expect, test } from 'vitest';
import { VirtualClock } from '../clock.ts';
import { deviceProfileSchema } from '../cut/index.ts';
import { DIGITS } from '../data/index.ts';
import { useBackend } from '../nn/testing/backends.ts';
import {
  type CoordinatorMessage,
  decodeFrameHeader,
  HANDSHAKE_DEADLINE_MS,
  PROTOCOL_VERSION,
} from '../protocol/index.ts';
import { Random } from '../random.ts';
import { advanceUntil, MemoryDeviceStorage, memoryPair, type MemoryPair } from '../simulation/index.ts';
import { smallRun } from '../testing/index.ts';
import { DeviceLoop, type DevicePorts, type DeviceStatus } from './index.ts';
import { MAXIMUM_WAITING_MESSAGES, PROBE_DEADLINE_MS } from './limits.ts';

beforeAll(() => useBackend('wasm'));

const TOKEN = 'A'.repeat(43);
const settings = smallRun();

/** A device whose coordinator is the test. */
class Scripted {
  readonly clock = new VirtualClock();
  readonly loop: DeviceLoop;
  readonly pairs: MemoryPair[] = [];
  /** What the device said on each connection: messages whole, frames by their kind. */
  readonly said: Record<string, unknown>[][] = [];
  readonly closes: string[] = [];
  status: DeviceStatus | undefined;
  echoes = true;

  constructor(changes: Partial<DevicePorts> = {}) {
    this.loop = new DeviceLoop(
      { runId: settings.id, name: 'Ada', kind: 'browser' },
      {
        connect: () => Promise.resolve(this.#connect()),
        clock: this.clock,
        random: new Random('device'),
        engine: { backend: 'wasm', adapter: 'x'.repeat(200), reason: 'a test' },
        images: {
          count: 64,
          shape: [28, 28, 1],
          classNames: DIGITS,
          labelsHeld: DIGITS.length,
          draw: () => ({ images: new Float32Array(), labels: new Int32Array() }),
          setAside: () => undefined,
        },
        storage: new MemoryDeviceStorage(),
        onStatus: (status) => {
          this.status = status;
        },
        onSamples: () => undefined,
        ...changes,
      },
    );
  }

  /** What was said on the last connection. */
  get last(): Record<string, unknown>[] {
    return this.said.at(-1) ?? [];
  }

  say(...messages: readonly (CoordinatorMessage | Record<string, unknown>)[]): void {
    for (const message of messages) {
      this.pairs
        .at(-1)
        ?.coordinator.send({ kind: 'control', message })
        .catch(() => undefined);
    }
  }

  welcome(changes: Partial<CoordinatorMessage & { type: 'welcome' }> = {}): void {
    const greeting = {
      type: 'welcome',
      protocol: PROTOCOL_VERSION,
      run: 7,
      deviceId: 'device-00001',
    } as const;
    this.say({ ...greeting, token: TOKEN, settings, resumed: false, ...changes });
  }

  wantSpeedCheck(): void {
    this.say({ type: 'standing', value: { standing: 'speed-check-wanted' } });
  }

  async until(holds: () => boolean, limitMs = 60_000): Promise<void> {
    await advanceUntil(this.clock, holds, { stepMs: 10, limitMs });
  }

  async untilSaid(type: string): Promise<void> {
    await this.until(() => this.last.some((message) => message.type === type));
  }

  frames(kind: string): number {
    return this.said.flat().filter((said) => said.frame === kind).length;
  }

  #connect() {
    const pair = memoryPair({ clock: this.clock, random: new Random(1) });
    const said: Record<string, unknown>[] = [];
    this.pairs.push(pair);
    this.said.push(said);
    pair.coordinator.onPacket((packet) => {
      if (packet.kind === 'control') {
        said.push(packet.message as Record<string, unknown>);
        return;
      }
      const { kind } = decodeFrameHeader(packet.bytes);
      said.push({ frame: kind });
      if (kind === 'speed-check' && this.echoes) void pair.coordinator.send(packet);
    });
    pair.coordinator.onClose((reason) => this.closes.push(reason));
    return pair.device;
  }
}

describe("a device's loop", () => {
  test('DEV-1: it introduces itself, brings its token when it was here before, and keeps what it is given', async () => {
    const storage = new MemoryDeviceStorage();
    const first = new Scripted({ storage });
    await first.loop.start();
    await first.untilSaid('hello');
    expect(first.last).toEqual([
      { type: 'hello', protocol: PROTOCOL_VERSION, name: 'Ada', kind: 'browser', runId: settings.id },
    ]);
    first.welcome();
    await first.until(() => storage.kept(settings.id) !== undefined);
    expect(storage.kept(settings.id)).toEqual({ token: TOKEN, committedRound: -1 });
    const again = new Scripted({ storage });
    await again.loop.start();
    await again.untilSaid('hello');
    expect(again.last[0]).toMatchObject({ resume: { token: TOKEN, committedRound: -1 } });
  });

  test('DEV-2: with fewer than 16 images it says so and connects to nobody', async () => {
    const device = new Scripted({
      images: {
        count: 15,
        shape: [28, 28, 1],
        classNames: DIGITS,
        labelsHeld: DIGITS.length,
        draw: () => ({ images: new Float32Array(), labels: new Int32Array() }),
        setAside: () => undefined,
      },
    });
    await device.loop.start();
    expect(device.status?.current).toEqual({
      state: 'refused',
      code: 'too-few-images',
      message: '15 images are connected.',
    });
    expect(device.pairs).toEqual([]);
  });

  test('TIERDATA-31: with data that the run does not train on it says what to do and leaves, before anything is computed', async () => {
    const device = new Scripted({
      images: {
        count: 64,
        shape: [1, 1, 2],
        classNames: ['1'],
        labelsHeld: 1,
        draw: () => ({ images: new Float32Array(), labels: new Int32Array() }),
        setAside: () => undefined,
      },
    });
    await device.loop.start();
    await device.untilSaid('hello');
    device.welcome();
    await device.until(() => device.status?.current.state === 'refused');
    expect(device.status?.current).toEqual({
      state: 'refused',
      code: 'wrong-data',
      message: 'This run trains on images, but points of the plane are connected: connect images.',
    });
    expect(device.last.map(({ type }) => type)).toEqual(['hello']);
  });

  test('DEV-3: a coordinator that does not answer a greeting is left, and tried again', async () => {
    const device = new Scripted();
    await device.loop.start();
    await device.until(() => device.pairs.length === 2);
    expect(device.clock.now()).toBeGreaterThanOrEqual(HANDSHAKE_DEADLINE_MS);
    expect(device.status?.events.map(({ text }) => text)).toContain('Connection lost (handshake-timeout)');
  });

  test('DEV-4: a coordinator that cannot be reached is tried again, and the wait is shown', async () => {
    let tries = 0;
    const device = new Scripted({ connect: () => Promise.reject(new Error(`no answer ${++tries}`)) });
    await device.loop.start();
    await device.until(() => tries === 4);
    expect(device.status?.current).toMatchObject({ state: 'reconnecting', attempt: 4 });
    device.loop.leave();
    const { length } = device.status?.events ?? [];
    await device.until(() => device.clock.now() > 100_000, 200_000);
    expect(tries).toBe(4);
    expect(device.status?.events).toHaveLength(length);
  });

  test('DEV-5: a token that is refused is forgotten, and the device joins anew', async () => {
    const storage = new MemoryDeviceStorage();
    await storage.save(settings.id, { token: TOKEN, committedRound: 3 });
    const device = new Scripted({ storage });
    await device.loop.start();
    await device.untilSaid('hello');
    device.say({ type: 'refused', code: 'bad-token', message: 'Who?' });
    // The refusal and the end of the connection come together, as from a real coordinator.
    device.pairs[0]?.coordinator.close('bad-token');
    await device.until(() => device.pairs.length === 2 && device.last.length > 0);
    expect(device.last[0]).not.toHaveProperty('resume');
    expect(storage.kept(settings.id)).toBeUndefined();
  });

  test.each([
    ['run-full', true],
    ['shutting-down', true],
    ['wrong-join-code', false],
    ['version-mismatch', false],
    ['joined-elsewhere', false],
    ['a code of the future', false],
  ])('DEV-6: after the refusal "%s" it comes back: %s', async (code, comesBack) => {
    const device = new Scripted();
    await device.loop.start();
    await device.untilSaid('hello');
    device.say({ type: 'refused', code, message: 'Sorry.' });
    device.pairs[0]?.coordinator.close(code);
    await device.until(() => device.pairs.length === 2 || device.clock.now() > 30_000);
    expect(device.pairs).toHaveLength(comesBack ? 2 : 1);
    if (!comesBack) expect(device.status?.current).toEqual({ state: 'refused', code, message: 'Sorry.' });
  });

  test('DEV-7: who leaves while a connection is being made does not join', async () => {
    let connected: (() => void) | undefined;
    const pair = memoryPair({ clock: new VirtualClock(), random: new Random(1) });
    const heard: unknown[] = [];
    pair.coordinator.onPacket((packet) => heard.push(packet));
    const device = new Scripted({
      connect: () =>
        new Promise((resolve) => {
          connected = () => {
            resolve(pair.device);
          };
        }),
    });
    const started = device.loop.start();
    await device.until(() => connected !== undefined);
    device.loop.leave();
    connected?.();
    await started;
    await device.until(() => device.clock.now() > 1_000);
    expect(heard).toEqual([]);
    expect(device.status?.current).toEqual({ state: 'left' });
  });

  test('DEV-8: the speed check is measured once for the same settings, and anew when asked for twice on one connection', async () => {
    const device = new Scripted();
    const progress: number[] = [];
    await device.loop.start();
    await device.untilSaid('hello');
    device.welcome();
    device.wantSpeedCheck();
    await device.until(() => {
      const current = device.status?.current;
      if (current?.state === 'checking-speed') progress.push(current.progress);
      return device.last.some(({ type }) => type === 'profile');
    });
    const profile = device.last.find(({ type }) => type === 'profile');
    expect(() => deviceProfileSchema.parse(profile?.profile)).not.toThrow();
    expect(profile).toMatchObject({ samples: 64, backend: 'wasm', adapter: 'x'.repeat(120) });
    expect(device.frames('speed-check')).toBe(1);
    device.pairs[0]?.cut();
    await device.until(() => device.pairs.length === 2);
    device.welcome({ run: 8 });
    device.wantSpeedCheck();
    await device.untilSaid('profile');
    expect(device.frames('speed-check')).toBe(1);
    expect(device.last.find(({ type }) => type === 'profile')).toEqual(profile);
    device.wantSpeedCheck();
    await device.until(() => device.last.filter(({ type }) => type === 'profile').length === 2);
    expect(device.frames('speed-check')).toBe(2);
  });

  test('DEV-9: a speed check ends with its connection, and the next connection gets one; one that never returns is given up', async () => {
    const device = new Scripted();
    device.echoes = false;
    await device.loop.start();
    await device.untilSaid('hello');
    device.welcome();
    device.wantSpeedCheck();
    await device.until(() => device.frames('speed-check') === 1);
    device.pairs[0]?.cut();
    await device.until(() => device.pairs.length === 2);
    device.welcome({ run: 8 });
    device.wantSpeedCheck();
    await device.until(() => device.frames('speed-check') === 2);
    const beganMs = device.clock.now();
    await device.until(() => device.pairs.length === 3);
    expect(device.clock.now() - beganMs).toBeGreaterThanOrEqual(PROBE_DEADLINE_MS);
    device.echoes = true;
    device.welcome({ run: 9 });
    device.wantSpeedCheck();
    await device.untilSaid('profile');
  });

  test('DEV-10: a storage that fails costs the way back, not the run', async () => {
    const broken = () => Promise.reject(new Error('the disk is full'));
    const device = new Scripted({ storage: { load: broken, save: broken, forget: broken } });
    await device.loop.start();
    await device.untilSaid('hello');
    device.welcome();
    await device.until(() => device.status?.deviceId === 'device-00001');
    expect(device.status?.events.map(({ text }) => text)).toContain(
      'Could not keep its place for the next visit: the disk is full',
    );
    expect(device.pairs).toHaveLength(1);
  });

  test('DEV-11: a coordinator that says more than the device can deal with is left', async () => {
    const device = new Scripted();
    device.echoes = false;
    await device.loop.start();
    await device.untilSaid('hello');
    device.welcome();
    device.wantSpeedCheck();
    await device.until(() => device.frames('speed-check') === 1);
    for (let i = 0; i < MAXIMUM_WAITING_MESSAGES + 8; i++)
      device.say({ type: 'missed', run: 7, round: 0, step: i, exchange: 1 });
    await device.until(() => device.pairs.length === 2);
    expect(device.status?.events.map(({ text }) => text)).toContain('Connection lost (too-many-messages)');
  });

  test('DEV-12: what the volunteer asked for is said again on the next connection', async () => {
    const device = new Scripted();
    await device.loop.start();
    await device.untilSaid('hello');
    device.welcome();
    device.loop.pause('battery');
    device.loop.finish();
    device.pairs[0]?.cut();
    await device.until(() => device.pairs.length === 2);
    device.welcome({ run: 8 });
    await device.until(() => device.last.length === 3);
    expect(device.last.slice(1)).toEqual([
      { type: 'intent', intent: 'pause', reason: 'battery' },
      { type: 'intent', intent: 'finish' },
    ]);
  });

  test('DEV-13: messages of another start change nothing, and what is no message of the protocol ends the loop with its code', async () => {
    const device = new Scripted();
    await device.loop.start();
    await device.untilSaid('hello');
    device.welcome();
    device.say({ type: 'federate', run: 6, round: 0 }, { type: 'step', run: 6, round: 0, step: 0 });
    await device.until(() => device.clock.now() > 1_000);
    expect(device.last).toHaveLength(1);
    device.say({ type: 'dance' });
    await device.until(() => device.status?.current.state === 'refused');
    expect(device.status?.current).toMatchObject({ code: 'bad-message' });
    expect(device.closes).toHaveLength(1);
  });
});
