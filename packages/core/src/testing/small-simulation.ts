// For tests: a small simulated run with its clock, its store and what it logged.
import { runBody } from '../body/index.ts';
import { systemClock } from '../clock.ts';
import type { CoordinatorProfile, DeviceProfile } from '../cut/index.ts';
import { BatchSource, drawnImages } from '../data/index.ts';
import type { DeviceImages } from '../device/index.ts';
import type { RunSettings } from '../protocol/index.ts';
import { Random } from '../random.ts';
import { MemoryDeviceStorage, SimulatedRun, SimulatedTime } from '../simulation/index.ts';
import { MemoryStore, smallRun } from './memory-run.ts';

/** The engine that simulated devices of tests name. */
export const SIMULATED_ENGINE = { backend: 'wasm', adapter: 'memory', reason: 'a test' } as const;
/** A coordinator that answers at once, nearly. */
export const SIMULATED_COORDINATOR: CoordinatorProfile = {
  compute: { kind: 'speed', gigaflopsPerSecond: 50 },
  exchangeSeconds: 0.003,
};
/** A device slow enough that virtual seconds are seconds. */
export const SLOW_DEVICE: DeviceProfile = {
  compute: { kind: 'speed', gigaflopsPerSecond: 0.05 },
  exchangeSeconds: 0,
  uplinkBytesPerSecond: 1e6,
  downlinkBytesPerSecond: 1e6,
  roundTripSeconds: 0.02,
};

/** What a test wants of its run; two slow devices and two steps a round otherwise. */
export interface SmallSimulation {
  readonly settings?: Partial<RunSettings>;
  readonly profiles?: readonly DeviceProfile[];
  readonly linkBytesPerSecond?: number;
  /** What becomes of each device's images. */
  readonly images?: (images: DeviceImages) => DeviceImages;
}

/** The run and what belongs to it. */
export interface OpenedSimulation {
  readonly run: SimulatedRun;
  readonly time: SimulatedTime;
  readonly store: MemoryStore;
  readonly logged: readonly { readonly event: string; readonly device: string }[];
  readonly close: () => Promise<void>;
}

/** Opens a run on the backend that is set; devices d1, d2, … have joined. */
export async function openSimulation({
  settings: changes,
  profiles,
  linkBytesPerSecond,
  images = (own) => own,
}: SmallSimulation = {}): Promise<OpenedSimulation> {
  const settings = smallRun({ stepsPerRound: 2, minimumDevices: 1, ...changes });
  const time = new SimulatedTime();
  const store = new MemoryStore();
  const logged: { event: string; device: string }[] = [];
  const body = runBody(settings, { engine: SIMULATED_ENGINE, clock: systemClock });
  const run = await SimulatedRun.open({
    settings,
    time,
    body,
    coordinator: SIMULATED_COORDINATOR,
    store,
    devices: (profiles ?? [SLOW_DEVICE, SLOW_DEVICE]).map((profile, i) => {
      const name = `d${i + 1}`;
      const set = drawnImages({
        domain: i % 2 === 0 ? 'pen' : 'marker',
        count: 32,
        random: new Random(name),
      });
      return {
        name,
        profile,
        images: images(new BatchSource(set, new Random(`${name}/batches`))),
        storage: new MemoryDeviceStorage(),
      };
    }),
    linkBytesPerSecond,
    engine: SIMULATED_ENGINE,
    start: 1,
    log: (_level, event, { device = '' } = {}) => {
      logged.push({ event, device: String(device) });
    },
  });
  return {
    run,
    time,
    store,
    logged,
    close: async () => {
      await run.close();
      body.dispose();
    },
  };
}
