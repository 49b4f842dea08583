// The six exchanges of a step over socket.io on this machine: real frames, no computing in between.
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { attachSockets, connectToCoordinator } from '@tessera/coordinator/transport';
import {
  cganSpec,
  EXCHANGES,
  exchangeTensors,
  SHALLOWEST_CUT,
  type Direction,
  type Exchange,
  type GanSpec,
  type Width,
} from '@tessera/core/architecture';
import { type Connection, encodeFrame, maximumFrameBytes, runSettingsSchema } from '@tessera/core/protocol';
import { Random } from '@tessera/core/random';
import type { Encoding } from '@tessera/core/tensors';
import { type Benchmark, limitsOf, type Setting } from '../benchmark.ts';
import { race, sideOf } from '../race.ts';

const BATCH = 16;
const WIDTHS: readonly Width[] = [1, 1 / 4];

/** Both ends share this process, so that its time is what the exchange costs in all. */
export const exchangeBenchmark: Benchmark = {
  name: 'exchange',
  summary: "a step's six exchanges over socket.io on loopback, without computing",
  usesEngine: false,
  async run(setting) {
    for (const width of WIDTHS)
      for (const encoding of runSettingsSchema.shape.encoding.unwrap().options)
        await measure(setting, width, encoding);
  },
};

async function measure(setting: Setting, width: Width, encoding: Encoding): Promise<void> {
  const spec = cganSpec({ width });
  const frames = (direction: Direction) =>
    EXCHANGES.map((exchange) => frameOf(spec, { exchange, direction, encoding }));
  const [ups, downs] = [frames('up'), frames('down')];
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = attachSockets({
    servers: [server],
    maximumFrameBytes: maximumFrameBytes({ spec, batch: BATCH }),
    maximumDevices: 1,
    isOwnRequest: () => true,
    onDevice: (connection) => {
      answerWith(downs, connection);
    },
    onWatcher: () => undefined,
  });
  const { port } = server.address() as AddressInfo; // it listens on a port, not on a pipe
  const device = await connectToCoordinator(new URL(`http://127.0.0.1:${port}`));
  try {
    const { medianMs } = await race(
      sideOf('exchange', () => sixExchanges(device, ups)),
      [],
      limitsOf(setting, 100),
    );
    setting.report({
      name: `exchange: a step in ${encoding}`,
      engine: 'none',
      batch: BATCH,
      width,
      median_ms: medianMs,
      baseline: null,
      ratio: null,
      details: { bytes: [...ups, ...downs].reduce((sum, { length }) => sum + length, 0) },
    });
  } finally {
    device.close('the benchmark is over');
    close();
    server.close();
  }
}

function frameOf(
  spec: GanSpec,
  to: { readonly exchange: Exchange; readonly direction: Direction; readonly encoding: Encoding },
): Uint8Array {
  const random = new Random('exchange');
  const specs = exchangeTensors(spec, SHALLOWEST_CUT, BATCH, to.exchange, to.direction);
  const tensors = specs.map(({ name, shape }) => {
    const length = shape.reduce((a, b) => a * b);
    return [name, { shape, data: Float32Array.from({ length }, () => random.normal()) }] as const;
  });
  const { exchange, encoding } = to;
  return encodeFrame({
    header: { kind: 'exchange', run: 1, round: 0, step: 0, exchange, encoding },
    tensors: new Map(tensors),
  });
}

/** The coordinator's end: every frame that comes is answered with the next one down. */
function answerWith(downs: readonly Uint8Array[], connection: Connection): void {
  let next = 0;
  connection.onPacket(() => {
    const bytes = downs[next++ % downs.length];
    // The device closes when it has all it wanted.
    if (bytes) connection.send({ kind: 'frame', bytes }).catch(() => undefined);
  });
}

async function sixExchanges(device: Connection, ups: readonly Uint8Array[]): Promise<void> {
  for (const bytes of ups) {
    const answered = new Promise<void>((resolve) => {
      device.onPacket(() => {
        resolve();
      });
    });
    await device.send({ kind: 'frame', bytes });
    await answered;
  }
}
