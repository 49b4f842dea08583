// The coordinator as a whole: real sockets, real files, a real body in its thread, devices with core's own loop.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import '@tensorflow/tfjs-backend-cpu';
import { setBackend } from '@tensorflow/tfjs-core';
import { systemClock } from '@tessera/core/clock';
import { BatchSource, drawnImages, type DrawnDomain } from '@tessera/core/data';
import { DeviceLoop, type DeviceStatus } from '@tessera/core/device';
import { type Connection, PROTOCOL_VERSION, type RunSettings, TesseraError } from '@tessera/core/protocol';
import { Random } from '@tessera/core/random';
import type { LogEvent, RunView } from '@tessera/core/session';
import { smallRun } from '@tessera/core/testing';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { serverSettingsSchema } from '../config/index.ts';
import { FolderStorage } from '../device/index.ts';
import { connectToCoordinator, trustFor } from '../transport/index.ts';
import { type Coordinator, startCoordinator } from './index.ts';

/** Whole runs on a machine that does other things as well. */
const LIMIT_MS = 180_000;
const SETTINGS = smallRun({ stepsPerRound: 2, rounds: 50, minimumDevices: 2 });

let folder: string;
let coordinators: Coordinator[];
let devices: DeviceLoop[];
let logged: string[];

beforeAll(async () => {
  await setBackend('cpu');
});
beforeEach(async () => {
  coordinators = [];
  devices = [];
  logged = [];
  folder = await mkdtemp(join(tmpdir(), 'tessera-coordinator-'));
});
afterEach(async () => {
  for (const device of devices) device.leave();
  for (const coordinator of coordinators) await coordinator.close();
  // Samples of the last round may still be on their way to the disk.
  await rm(folder, { recursive: true, maxRetries: 10 });
});

const log: LogEvent = (level, event, fields) => logged.push(JSON.stringify({ level, event, ...fields }));

interface Changes {
  readonly run?: RunSettings;
  readonly server?: Record<string, unknown>;
  readonly fresh?: boolean;
}

async function serve({ run = SETTINGS, server = {}, fresh = false }: Changes = {}): Promise<Coordinator> {
  const coordinator = await startCoordinator({
    config: { run, server: serverSettingsSchema.parse({ port: 0, httpsPort: 0, engine: 'wasm', ...server }) },
    dataDir: join(folder, 'run'),
    webClient: join(folder, 'absent'),
    log,
    clock: systemClock,
    fresh,
  });
  coordinators.push(coordinator);
  return coordinator;
}

const urlOf = ({ httpPort }: Coordinator) => new URL(`http://127.0.0.1:${httpPort}`);

/** A device on this thread; `at` is asked for the address at each connection. */
function addDevice(name: string, at: () => URL, more: { joinCode?: string; runId?: string } = {}) {
  const domain: DrawnDomain = name.startsWith('pen') ? 'pen' : 'marker';
  const images = drawnImages({ domain, count: 32, random: new Random(name) });
  let status: DeviceStatus | undefined;
  const loop = new DeviceLoop(
    { name, kind: 'node', runId: SETTINGS.id, ...more },
    {
      connect: () => connectToCoordinator(at()),
      clock: systemClock,
      random: new Random(name),
      engine: { backend: 'cpu', adapter: '', reason: 'a test' },
      images: new BatchSource(images, new Random(name)),
      storage: new FolderStorage(join(folder, name)),
      onStatus: (next) => {
        status = next;
      },
      onSamples: () => undefined,
    },
  );
  devices.push(loop);
  void loop.start();
  return { loop, status: () => status };
}

/** Resolves when the run has got somewhere. */
function until({ run }: Coordinator, reached: (view: RunView) => boolean): Promise<RunView> {
  return new Promise((resolve) => {
    const stop = run.onChange(check);
    function check() {
      const view = run.view();
      if (!reached(view)) return;
      stop();
      resolve(view);
    }
    check();
  });
}

async function refusalOf(coordinator: Coordinator, hello: Record<string, unknown>): Promise<unknown> {
  const connection = await connectToCoordinator(urlOf(coordinator));
  const answer = firstMessage(connection);
  const message = { type: 'hello', protocol: PROTOCOL_VERSION, name: 'x', kind: 'node', ...hello };
  await connection.send({ kind: 'control', message });
  return answer;
}

function firstMessage(connection: Connection): Promise<unknown> {
  return new Promise((resolve) => {
    connection.onPacket((packet) => {
      resolve(packet.kind === 'control' ? packet.message : packet);
    });
  });
}

async function errorOf(promise: Promise<unknown>): Promise<TesseraError> {
  const error = await promise.catch((thrown: unknown) => thrown);
  if (!(error instanceof TesseraError)) throw new Error(`no TesseraError but ${String(error)}`);
  return error;
}

describe('a run', { timeout: LIMIT_MS }, () => {
  it('COORD-30: devices train over real sockets, rounds commit, samples and the generator can be fetched', async () => {
    const coordinator = await serve();
    addDevice('pen', () => urlOf(coordinator));
    addDevice('marker', () => urlOf(coordinator));
    coordinator.run.command('start');
    await until(coordinator, (view) => view.committedRound >= 1 && view.sampleRounds.includes(2));
    const fetchJson = async (path: string): Promise<unknown> =>
      (await fetch(new URL(path, urlOf(coordinator)))).json();
    expect(await fetchJson('/api/samples/2')).toMatchObject({ round: 2, shape: [28, 28, 1] });
    const zip = await fetch(new URL('/api/generator/0', urlOf(coordinator)));
    expect(
      Buffer.from(await zip.arrayBuffer())
        .subarray(0, 2)
        .toString(),
    ).toBe('PK');
    const view = coordinator.run.view();
    expect(view.engine.backend).toBe('wasm');
    expect(view.losses.length).toBeGreaterThanOrEqual(4);
    for (const device of view.devices) expect(device.bytesReceived).toBeGreaterThan(10_000);
  });

  it('COORD-31: a coordinator that starts again goes on from its checkpoint, and the devices come back', async () => {
    const first = await serve();
    let current = first;
    const pen = addDevice('pen', () => urlOf(current));
    addDevice('marker', () => urlOf(current));
    first.run.command('start');
    await until(first, (view) => view.committedRound >= 1);
    const ids = first.run.view().devices.map(({ id }) => id);
    const { committedRound } = first.run.view();
    await first.close();
    current = await serve();
    expect(current.resumed).toBe(true);
    expect(current.hostKey).toBe(first.hostKey);
    expect(current.run.view().committedRound).toBeGreaterThanOrEqual(committedRound);
    current.run.command('start');
    const view = await until(current, (next) => next.committedRound >= committedRound + 1);
    expect(view.devices.map(({ id }) => id).sort()).toEqual(ids.sort());
    expect(pen.status()?.deviceId).toBeDefined();
  });

  it('COORD-32: a damaged checkpoint is passed over, said in the log, and the one before is used', async () => {
    const first = await serve();
    addDevice('pen', () => urlOf(first));
    addDevice('marker', () => urlOf(first));
    first.run.command('start');
    await until(first, (view) => view.committedRound >= 1);
    await first.close();
    const checkpoints = join(folder, 'run', 'checkpoints');
    const newest = (await readdir(checkpoints)).sort().at(-1) ?? '';
    const committed = Number(newest.slice(-6)) - 1;
    await writeFile(join(checkpoints, newest, 'body.safetensors'), 'damaged');
    const second = await serve();
    expect(second.run.view().committedRound).toBe(committed - 1);
    expect(logged.join('\n')).toContain(
      `The checkpoint of round ${committed} is damaged and was passed over`,
    );
  });

  it('COORD-33: --fresh starts anew and puts the old run aside', async () => {
    const first = await serve();
    addDevice('pen', () => urlOf(first));
    addDevice('marker', () => urlOf(first));
    first.run.command('start');
    await until(first, (view) => view.committedRound >= 0);
    await first.close();
    const fresh = await serve({ fresh: true });
    expect(fresh.run.view().committedRound).toBe(-1);
    expect((await readdir(join(folder, 'run'))).some((name) => name.startsWith('before-'))).toBe(true);
  });

  it('COORD-34: over HTTPS a device trusts the certificate by its fingerprint, and no other', async () => {
    const coordinator = await serve();
    const url = new URL(`https://127.0.0.1:${coordinator.httpsPort ?? 0}`);
    const { fingerprint = '' } = coordinator.join();
    const connection = await connectToCoordinator(url, { trust: await trustFor(url, fingerprint) });
    connection.close('done');
    const wrong = fingerprint.replace(/^../, fingerprint.startsWith('00') ? '11' : '00');
    expect((await errorOf(trustFor(url, wrong))).code).toBe('certificate-unusable');
    await expect(connectToCoordinator(url)).rejects.toThrow('cannot be reached');
  });
});

describe('refusals', { timeout: LIMIT_MS }, () => {
  it('COORD-40: another version, another run and a wrong join code are refused by their codes', async () => {
    const coordinator = await serve({ server: { joinCode: 'blue door' } });
    const right = { joinCode: 'blue door' };
    expect(await refusalOf(coordinator, { protocol: PROTOCOL_VERSION + 1, ...right })).toMatchObject({
      type: 'refused',
      code: 'version-mismatch',
    });
    expect(await refusalOf(coordinator, { runId: 'other', ...right })).toMatchObject({ code: 'unknown-run' });
    expect(await refusalOf(coordinator, { joinCode: 'red' })).toMatchObject({ code: 'wrong-join-code' });
    expect(await refusalOf(coordinator, {})).toMatchObject({ code: 'wrong-join-code' });
    expect(await refusalOf(coordinator, right)).toMatchObject({ type: 'welcome' });
    for (let i = 0; i < 10; i++) await refusalOf(coordinator, { joinCode: 'guess' });
    expect(await refusalOf(coordinator, right)).toMatchObject({ code: 'too-many-attempts' });
  });

  it.each([
    ['a message that is no greeting', { kind: 'control', message: { type: 'ready', run: 1, round: 0 } }],
    ['a message with a key too many', { kind: 'control', message: { type: 'hello', extra: 1 } }],
    ['a frame before the greeting', { kind: 'frame', bytes: new Uint8Array(64) }],
  ] as const)('COORD-41: %s is refused', async (_, packet) => {
    const coordinator = await serve();
    const connection = await connectToCoordinator(urlOf(coordinator));
    const answer = firstMessage(connection);
    await connection.send(packet);
    expect(await answer).toMatchObject({ type: 'refused', code: 'bad-message' });
  });

  it.each([
    ['random bytes', Uint8Array.from({ length: 500 }, (_, i) => (i * 37) & 0xff), 'frame-malformed'],
    ['nothing', new Uint8Array(0), 'frame-malformed'],
  ])('COORD-42: a frame of %s ends only the connection that sent it', async (_, bytes, code) => {
    const coordinator = await serve();
    const steady = addDevice('pen', () => urlOf(coordinator));
    addDevice('marker', () => urlOf(coordinator));
    const connection = await connectToCoordinator(urlOf(coordinator));
    const refused = new Promise((resolve) => {
      connection.onPacket((packet) => {
        const message = packet.kind === 'control' ? (packet.message as { type?: string }) : {};
        if (message.type === 'refused') resolve(message);
      });
    });
    await connection.send({
      kind: 'control',
      message: { type: 'hello', protocol: PROTOCOL_VERSION, name: 'hostile', kind: 'node' },
    });
    await connection.send({ kind: 'frame', bytes });
    expect(await refused).toMatchObject({ code });
    coordinator.run.command('start');
    await until(coordinator, (view) => view.committedRound >= 0);
    expect(steady.status()?.current.state).toBe('standing');
  });

  it('COORD-43: a tensor that is not finite counts as a miss and spoils nothing', async () => {
    const coordinator = await serve({ run: { ...SETTINGS, stepsPerRound: 4 } });
    let poison = true;
    const domain = 'marker';
    const images = drawnImages({ domain, count: 32, random: new Random('poison') });
    const source = new BatchSource(images, new Random('poison'));
    const loop = new DeviceLoop(
      { name: 'poison', kind: 'node', runId: SETTINGS.id },
      {
        connect: async () => poisoned(await connectToCoordinator(urlOf(coordinator)), () => poison),
        clock: systemClock,
        random: new Random('poison'),
        engine: { backend: 'cpu', adapter: '', reason: 'a test' },
        images: source,
        storage: new FolderStorage(join(folder, 'poison')),
        onStatus: () => undefined,
        onSamples: () => undefined,
      },
    );
    devices.push(loop);
    void loop.start();
    addDevice('pen 1', () => urlOf(coordinator));
    addDevice('pen 2', () => urlOf(coordinator));
    coordinator.run.command('start');
    await until(coordinator, () => logged.some((line) => line.includes('tensor-not-finite')));
    poison = false;
    const view = await until(coordinator, ({ committedRound }) => committedRound >= 0);
    for (const loss of view.losses) expect(Object.values(loss).every(Number.isFinite)).toBe(true);
    const { body } = coordinator.run.checkpoint();
    for (const { data } of body.values.values()) expect(data.every(Number.isFinite)).toBe(true);
  });

  it('COORD-44: a directory in use, a port in use, and other networks are refused before anything starts', async () => {
    const first = await serve();
    expect((await errorOf(serve())).code).toBe('data-directory-in-use');
    await first.close();
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
    const address = blocker.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    expect((await errorOf(serve({ server: { port } }))).code).toBe('port-in-use');
    blocker.close();
    const again = await serve();
    addDevice('pen', () => urlOf(again));
    addDevice('marker', () => urlOf(again));
    again.run.command('start');
    await until(again, (view) => view.committedRound >= 0);
    await again.close();
    const error = await errorOf(serve({ run: { ...SETTINGS, zDim: 9 } }));
    expect(error.code).toBe('config-invalid');
    expect(error.message).toContain('zDim (8 there, 9 here)');
    const other = await errorOf(serve({ run: { ...SETTINGS, strategy: 'fed-gan' } }));
    expect(other.message).toContain('strategy ("huscf-gan" there, "fed-gan" here)');
  });

  it('COORD-45: the log tells no key, token, label or file name', async () => {
    const coordinator = await serve({ server: { joinCode: 'blue door' } });
    addDevice('pen', () => urlOf(coordinator), { joinCode: 'blue door' });
    addDevice('marker', () => urlOf(coordinator), { joinCode: 'blue door' });
    coordinator.run.command('start');
    await until(coordinator, (view) => view.committedRound >= 0);
    const token = /[A-Za-z0-9_-]{43}/.exec(
      await readFile(join(folder, 'pen', 'small.safetensors'), 'latin1'),
    );
    const text = logged.join('\n');
    expect(token).not.toBeNull();
    for (const secret of [coordinator.hostKey, 'blue door', token?.[0] ?? '', folder])
      expect(text).not.toContain(secret);
  });
});

/** A connection whose upward exchange frames hold one NaN while `on` says so. */
function poisoned(connection: Connection, on: () => boolean): Connection {
  return {
    send: (packet) => {
      if (packet.kind === 'frame' && on()) {
        const bytes = packet.bytes.slice();
        // The last value of the frame, as a 16-bit NaN.
        bytes.set([0xff, 0x7f], bytes.length - 2);
        return connection.send({ kind: 'frame', bytes });
      }
      return connection.send(packet);
    },
    onPacket: (receiver) => {
      connection.onPacket(receiver);
    },
    onClose: (receiver) => {
      connection.onClose(receiver);
    },
    close: (reason) => {
      connection.close(reason);
    },
  };
}
