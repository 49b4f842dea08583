import type { Packet } from '@tessera/core/protocol';
import { type TransportFixture, transportContract } from '@tessera/core/testing';
import { expect, test } from 'vitest';
import { type PlainSocket, SocketConnection } from './socket-connection.ts';

/** socket.io's own part: copies what is sent, delivers it later in order, acknowledges, and tells of the end. */
class FakeSocket implements PlainSocket {
  peer: FakeSocket | undefined;
  readonly #listeners = new Map<string, (...given: unknown[]) => void>();
  #alive = true;

  emit(event: Packet['kind'], payload: unknown, taken: () => void): void {
    const sent = copy(payload);
    queueMicrotask(() => {
      if (this.#alive) this.peer?.fire(event, sent, () => queueMicrotask(taken));
    });
  }

  on(event: string, listener: (...given: unknown[]) => void): void {
    this.#listeners.set(event, listener);
  }

  disconnect(): void {
    this.end('io client disconnect');
    queueMicrotask(() => this.peer?.end('transport close'));
  }

  fire(event: string, ...given: unknown[]): void {
    if (this.#alive) this.#listeners.get(event)?.(...given);
  }

  end(reason: string): void {
    if (!this.#alive) return;
    this.#listeners.get('disconnect')?.(reason);
    this.#alive = false;
  }
}

function copy(payload: unknown): unknown {
  if (payload instanceof Uint8Array) return new Uint8Array(payload).buffer;
  return JSON.parse(JSON.stringify(payload)) as unknown;
}

function pair() {
  const [left, right] = [new FakeSocket(), new FakeSocket()];
  [left.peer, right.peer] = [right, left];
  return { left, right };
}

function fixture(): Promise<TransportFixture> {
  const sockets = pair();
  return Promise.resolve({
    left: new SocketConnection(sockets.left),
    right: new SocketConnection(sockets.right),
    maximumBytes: 1 << 20,
    dispose: () => {
      sockets.left.disconnect();
      return Promise.resolve();
    },
  });
}

/** The size of a packet is bounded by the coordinator's socket.io server, which tests it with real sockets. */
const OF_THE_SERVER = /^WIRE-3[01]:/;

test.each(
  transportContract.filter(({ title }) => !OF_THE_SERVER.test(title)).map((c) => [c.title, c] as const),
)('%s (in the Worker)', (_, c) => c.run(fixture));

test('WORKER-30: a frame that is not binary ends the connection', () => {
  const { left, right } = pair();
  const reasons: string[] = [];
  new SocketConnection(left).onClose((reason) => reasons.push(reason));
  right.peer?.fire('frame', 'text', () => undefined);
  expect(reasons).toEqual(['bad-message']);
});

test('WORKER-31: a coordinator that floods before it is heard is cut off', () => {
  const { left } = pair();
  const reasons: string[] = [];
  new SocketConnection(left).onClose((reason) => reasons.push(reason));
  for (let i = 0; i < 100; i++) left.fire('control', { i }, () => undefined);
  expect(reasons).toEqual(['bad-message']);
});
