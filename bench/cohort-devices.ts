// A process with all devices of a cohort: each with its own connection and loop, one engine for all. A process holds one
// engine only, and the coordinator's has its own.
import { memory } from '@tensorflow/tfjs-core';
import { startEngine, type EngineName } from '@tessera/coordinator/engine';
import { connectToCoordinator } from '@tessera/coordinator/transport';
import { systemClock } from '@tessera/core/clock';
import { BatchSource, drawnImages } from '@tessera/core/data';
import { DeviceLoop, type DeviceStorage } from '@tessera/core/device';
import { Random } from '@tessera/core/random';
import { ofProcess } from './process-memory.ts';
import { type TimeShares, watchThread } from './time-shares.ts';

/** What the process is started with. */
export interface CohortOrder {
  readonly engine: EngineName | 'none';
  readonly devices: number;
  readonly port: number;
}

/** 'watch' starts a profile of it, 'stop' ends it, 'look' asks for nothing but what is held. */
export type CohortRequest = 'watch' | 'stop' | 'look';

/** What it answers. */
export interface CohortReply {
  /** Where its time went between 'watch' and 'stop'. */
  readonly shares: TimeShares;
  /** Tensors of its engine. */
  readonly tensors: number;
  readonly heap_MB: number;
  readonly rss_MB: number;
}

const IMAGES = 64;
/** Equal for all, so that no time goes into speed checks and all get the same cut. */
const PROFILE = {
  compute: { kind: 'speed', gigaflopsPerSecond: 20 },
  exchangeSeconds: 0.001,
  uplinkBytesPerSecond: 1e8,
  downlinkBytesPerSecond: 1e8,
  roundTripSeconds: 0.001,
} as const;
const NO_TIME: TimeShares = { compute: 0, encoding: 0, wire: 0, waiting: 0, other: 0 };

/** A cohort lives for one measurement. */
const noStorage: DeviceStorage = {
  load: () => Promise.resolve(undefined),
  save: () => Promise.resolve(),
  forget: () => Promise.resolve(),
};

const order = JSON.parse(process.argv[2] ?? '') as CohortOrder; // given by live-cohort.ts
const {
  name: backend,
  adapter,
  reason,
} = await startEngine({
  engine: order.engine === 'none' ? 'auto' : order.engine,
  env: process.env,
});

for (let i = 0; i < order.devices; i++) {
  const name = `device ${i}`;
  const images = drawnImages({
    domain: i % 2 === 0 ? 'pen' : 'marker',
    count: IMAGES,
    random: new Random(name),
  });
  const loop = new DeviceLoop(
    { runId: 'bench', name, kind: 'node' },
    {
      connect: () => connectToCoordinator(new URL(`http://127.0.0.1:${order.port}`)),
      clock: systemClock,
      random: new Random(`${name}/training`),
      engine: { backend, adapter, reason },
      images: new BatchSource(images, new Random(`${name}/batches`)),
      storage: noStorage,
      profile: PROFILE,
      onStatus: () => undefined,
      onSamples: () => undefined,
    },
  );
  loop.power = 'full';
  await loop.start();
}

let stop: (() => Promise<TimeShares>) | undefined;
process.on('message', (what: CohortRequest) => {
  void (async () => {
    const shares = what === 'stop' ? await stop?.() : undefined;
    if (what === 'watch') stop = await watchThread();
    answer(shares);
  })();
});
answer();

function answer(shares = NO_TIME): void {
  process.send?.({ shares, tensors: memory().numTensors, ...ofProcess() } satisfies CohortReply);
}
