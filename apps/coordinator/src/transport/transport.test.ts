import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { VirtualClock } from '@tessera/core/clock';
import type { Connection } from '@tessera/core/protocol';
import type { RunView } from '@tessera/core/session';
import { transportContract } from '@tessera/core/testing';
import { io } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { attachSockets, connectToCoordinator, MAX_WATCHERS, type Watcher, Watchers } from './index.ts';

const MAXIMUM_BYTES = 200_000;
const TRANSPORTS = ['websocket', 'polling'] as const;

let server: Server;
let closeSockets: () => void;
let url: URL;
let accepted: ((connection: Connection) => void)[];
let watching: Promise<Watcher>;

beforeEach(async () => {
  accepted = [];
  let watch: (watcher: Watcher) => void;
  watching = new Promise((resolve) => {
    watch = resolve;
  });
  server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  closeSockets = attachSockets({
    servers: [server],
    maximumFrameBytes: MAXIMUM_BYTES,
    maximumDevices: 4,
    isOwnRequest: ({ headers }) => headers.origin === undefined || headers.origin === url.origin,
    onDevice: (connection) => accepted.shift()?.(connection),
    onWatcher: (watcher) => {
      watch(watcher);
    },
  });
});
afterEach(() => {
  closeSockets();
  server.closeAllConnections();
});

async function pair(transport: (typeof TRANSPORTS)[number], clientMaximum = MAXIMUM_BYTES) {
  const right = new Promise<Connection>((resolve) => accepted.push(resolve));
  const left = await connectToCoordinator(url, { transports: [transport], maximumBytes: clientMaximum });
  return { left, right: await right };
}

for (const transport of TRANSPORTS) {
  describe(`sockets by ${transport}`, () => {
    for (const promise of transportContract)
      it(promise.title, () =>
        promise.run(async () => {
          const { left, right } = await pair(transport);
          const dispose = () => {
            left.close('test over');
            right.close('test over');
            return Promise.resolve();
          };
          return { left, right, maximumBytes: MAXIMUM_BYTES, dispose };
        }),
      );

    it.each([MAXIMUM_BYTES + 1, MAXIMUM_BYTES * 4])(
      'COORD-1: a frame of %i bytes from a client without bounds ends its own connection only',
      async (bytes) => {
        const { left, right } = await pair(transport, Infinity);
        const other = await pair(transport);
        const closed = new Promise((resolve) => {
          right.onClose(resolve);
        });
        await expect(left.send({ kind: 'frame', bytes: new Uint8Array(bytes) })).rejects.toThrow('closed');
        await closed;
        await other.left.send({ kind: 'frame', bytes: new Uint8Array(10) });
        other.left.close('done');
      },
    );
  });
}

describe('hostile clients', () => {
  it.each([
    ['an unknown event', 'anything', 1, (): void => undefined],
    ['a frame that is no bytes', 'frame', 'text', (): void => undefined],
    ['a packet without acknowledgement', 'control', {}, undefined],
  ])('COORD-2: %s ends the connection', async (_, event, payload, taken) => {
    const right = new Promise<Connection>((resolve) => accepted.push(resolve));
    const client = io(new URL('/device', url).href, { forceNew: true, reconnection: false });
    await right;
    const gone = new Promise((resolve) => client.once('disconnect', resolve));
    client.emit(event, payload, ...(taken ? [taken] : []));
    await gone;
    client.disconnect();
  });

  it('COORD-3: a page of another site cannot open a socket', async () => {
    const client = io(new URL('/device', url).href, {
      forceNew: true,
      reconnection: false,
      transports: ['websocket'],
      extraHeaders: { origin: 'https://elsewhere.example' },
    });
    const error = await new Promise((resolve) => client.once('connect_error', resolve));
    expect(error).toBeInstanceOf(Error);
    client.disconnect();
  });

  it('COORD-4: the client says which coordinator cannot be reached', async () => {
    closeSockets();
    await expect(connectToCoordinator(url)).rejects.toThrow(
      `The coordinator at ${url.host} cannot be reached`,
    );
  });
});

describe('watching pages', () => {
  it('COORD-5: a page is sent the newest view, and cut off when it speaks', async () => {
    const page = io(new URL('/watch', url).href, { forceNew: true, reconnection: false });
    const last = new Promise<void>((resolve) => {
      page.on('view', ({ round }: { round: number }) => {
        if (round === 9) resolve();
      });
    });
    const watcher = await watching;
    for (let round = 0; round < 10; round++) watcher.push({ round });
    await last;
    const gone = new Promise((resolve) => page.once('disconnect', resolve));
    page.emit('view', 'mine');
    await gone;
  });

  interface Recorder {
    watcher: Watcher;
    pushed: unknown[];
    isClosed: () => boolean;
  }
  const recorder = (): Recorder => {
    const pushed: unknown[] = [];
    let closed = false;
    const watcher: Watcher = {
      push: (view) => pushed.push(view),
      onClose: () => undefined,
      close: () => {
        closed = true;
      },
    };
    return { watcher, pushed, isClosed: () => closed };
  };
  // Only its size matters here.
  const view = (length: number) => ({ filler: 'x'.repeat(length) }) as unknown as RunView;

  it('COORD-6: a watcher is told at most twice a second, however often the run changes', () => {
    const clock = new VirtualClock();
    const pages = new Watchers(clock, () => view(10));
    const { watcher, pushed } = recorder();
    pages.add(watcher);
    for (let ms = 0; ms < 10_000; ms += 10) {
      pages.changed();
      clock.advance(10);
    }
    expect(pushed.length).toBeGreaterThan(15);
    expect(pushed.length).toBeLessThanOrEqual(22);
  });

  it('COORD-7: watchers are limited in number and in traffic together', () => {
    const clock = new VirtualClock();
    const pages = new Watchers(clock, () => view(1_000_000));
    const all = Array.from({ length: MAX_WATCHERS + 1 }, recorder);
    for (const { watcher } of all) pages.add(watcher);
    expect(all.map(({ isClosed }) => isClosed()).indexOf(true)).toBe(MAX_WATCHERS);
    for (let second = 0; second < 100; second++) {
      pages.changed();
      clock.advance(1_000);
    }
    // 100 MB a push at 4 MB a second: one at once on joining, then about one in 25 seconds.
    expect(all[0]?.pushed.length).toBeLessThanOrEqual(6);
    expect(all[0]?.pushed.length).toBeGreaterThanOrEqual(4);
  });
});
