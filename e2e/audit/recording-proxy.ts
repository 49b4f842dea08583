// A proxy between a browser and the coordinator that keeps every byte of both directions, in the order it saw them.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** The two directions of a connection. */
export type Direction = 'up' | 'down';

/** What went one way through one connection. */
export interface Stream {
  readonly bytes: Uint8Array;
  /** The proxy's count of chunks, over all connections, when the byte at this place passed. */
  orderAt(place: number): number;
}

/** One TCP connection. */
export type RecordedConnection = Readonly<Record<Direction, Stream>>;

interface Chunk {
  readonly order: number;
  readonly bytes: Buffer;
}

/**
 * Listens on localhost and passes everything on. A chunk is recorded when it arrives and before it is passed on: what
 * a side sent because of something that it received has the larger order.
 */
export class RecordingProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #connections: Record<Direction, Chunk[]>[] = [];
  #order = 0;

  static async start(targetPort: number): Promise<RecordingProxy> {
    const proxy = new RecordingProxy(targetPort);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  private constructor(targetPort: number) {
    this.#server = createServer((browser) => {
      const coordinator = connect({ host: '127.0.0.1', port: targetPort });
      const chunks = { up: [], down: [] };
      this.#connections.push(chunks);
      this.#pass(browser, coordinator, chunks.up);
      this.#pass(coordinator, browser, chunks.down);
    });
  }

  /** Where the browser finds the coordinator; the name is one that the coordinator knows, the port is ours. */
  get url(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}/`; // it listens on TCP
  }

  /** Everything so far, a copy. */
  recording(): RecordedConnection[] {
    return this.#connections.map(({ up, down }) => ({ up: streamOf(up), down: streamOf(down) }));
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #pass(from: Socket, to: Socket, chunks: Chunk[]): void {
    this.#sockets.add(from);
    from.on('data', (bytes) => {
      this.#order += 1;
      chunks.push({ order: this.#order, bytes });
      to.write(bytes);
    });
    from.on('end', () => to.end());
    // A reset on one side is one on the other; the parties deal with it, the recording stays as it is.
    from.on('error', () => to.destroy());
    from.on('close', () => this.#sockets.delete(from));
  }
}

function streamOf(chunks: readonly Chunk[]): Stream {
  const ends: number[] = [];
  let length = 0;
  for (const { bytes } of chunks) ends.push((length += bytes.length));
  const orders = chunks.map(({ order }) => order);
  return {
    bytes: Buffer.concat(chunks.map(({ bytes }) => bytes)),
    orderAt: (place) => orders[ends.findIndex((end) => place < end)] ?? Infinity,
  };
}
