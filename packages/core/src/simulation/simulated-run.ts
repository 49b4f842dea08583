// A whole run in one process: the real coordinator loop and the real device loops on virtual time.
import type { CoordinatorProfile, DeviceProfile } from '../cut/index.ts';
import { measuredModel } from '../cut/index.ts';
import { type DeviceEngine, type DeviceImages, DeviceLoop, type DevicePorts } from '../device/index.ts';
import { coordinatorDrawsBeside, drawsBeside, type RunSettings, runSpec } from '../protocol/index.ts';
import { Random } from '../random.ts';
import { type BodyPort, type CloudPort, type LogEvent, RunLoop, type StorePort } from '../session/index.ts';
import { deviceLink, SharedLink } from './links.ts';
import { memoryAccess } from './memory-access.ts';
import type { MemoryDeviceStorage } from './memory-device-storage.ts';
import { memoryPair } from './memory-transport.ts';
import { PacedBody } from './paced-body.ts';
import { devicePace, type Slowness } from './paced-device.ts';
import type { SimulatedTime } from './simulated-time.ts';

/** One simulated device. */
export interface SimulatedDeviceOptions {
  readonly name: string;
  readonly images: DeviceImages;
  readonly profile: DeviceProfile;
  readonly storage: MemoryDeviceStorage;
  /** Makes what computes its steps; absent: on the engine of this process. */
  readonly makeHalf?: DevicePorts['makeHalf'];
}

export interface SimulatedRunOptions {
  readonly settings: RunSettings;
  readonly time: SimulatedTime;
  /** Computes for real, on the backend that is set. */
  readonly body: BodyPort;
  readonly coordinator: CoordinatorProfile;
  readonly store: StorePort;
  readonly devices: readonly SimulatedDeviceOptions[];
  /** The link that all devices share; absent: it holds nobody up. */
  readonly linkBytesPerSecond?: number | undefined;
  /** The tier above, where there is one. */
  readonly cloud?: CloudPort | undefined;
  readonly engine: DeviceEngine;
  /** Tells a resumed simulation's noise from that of its beginning. */
  readonly start: number;
  readonly log: LogEvent;
}

/**
 * The chance in a simulation: of its links and tokens, its run number, and of what each device draws while it trains. A
 * live device with that chance trains what the simulated one does.
 */
export function simulatedChance({
  seed,
  start,
  names,
}: {
  readonly seed: number;
  readonly start: number;
  readonly names: readonly string[];
}): { readonly random: Random; readonly run: number; readonly devices: readonly Random[] } {
  const random = new Random(`${seed}/simulation/${start}`);
  const run = random.nextUint32();
  return { random, run, devices: names.map((name) => random.fork(`${name}/training`)) };
}

interface DeviceAtWork extends Pick<SimulatedDeviceOptions, 'name' | 'storage' | 'profile'> {
  readonly loop: DeviceLoop;
  readonly slowness: Slowness;
}

/** Devices join in the order given, and the run starts when all are there. */
export class SimulatedRun {
  readonly loop: RunLoop;
  readonly #time: SimulatedTime;
  readonly #devices: readonly DeviceAtWork[];

  private constructor(loop: RunLoop, time: SimulatedTime, devices: readonly DeviceAtWork[]) {
    this.loop = loop;
    this.#time = time;
    this.#devices = devices;
  }

  /** Opens the run from its store and lets all devices join; throws an Error about a store of other networks. */
  static async open(options: SimulatedRunOptions): Promise<SimulatedRun> {
    const { settings, time, coordinator, linkBytesPerSecond, log, start } = options;
    const { clock } = time;
    const { batch, encoding, seed } = settings;
    const modelOf = (besideLabels: boolean) =>
      measuredModel(coordinator, { spec: runSpec(settings), batch, encoding, besideLabels });
    const model = modelOf(coordinatorDrawsBeside(settings));
    const names = options.devices.map(({ name }) => name);
    const { random, run, devices: chances } = simulatedChance({ seed, start, names });
    const loop = await time.during(
      RunLoop.open(settings, {
        clock,
        body: new PacedBody({ body: options.body, time, model, profile: coordinator }),
        store: realWork(options.store, time),
        access: memoryAccess(random),
        log,
        newRunNumber: () => run,
        ...(options.cloud && { cloud: options.cloud }),
        ...(linkBytesPerSecond && { linkBytesPerSecond }),
      }),
    );
    const shared = new SharedLink(linkBytesPerSecond ?? Infinity);
    const devices = options.devices.map(({ name, images, profile, storage, makeHalf }, i) => {
      const slowness: Slowness = { factor: 1 };
      const deviceLoop = new DeviceLoop(
        { name, kind: 'node', runId: settings.id },
        {
          connect: () => {
            const pair = memoryPair({
              clock,
              random: random.fork(name),
              faults: { latencyMs: (1000 * profile.roundTripSeconds) / 2 },
              travelMs: deviceLink(clock, profile, shared),
            });
            loop.attach(pair.coordinator, name);
            return Promise.resolve(pair.device);
          },
          clock,
          random: chances[i] ?? random.fork(name),
          engine: options.engine,
          images,
          storage,
          profile,
          ...(makeHalf && { makeHalf }),
          pace: devicePace({
            time,
            model: modelOf(drawsBeside(settings, images.labelsHeld)),
            profile,
            slowness,
          }),
          onStatus: () => undefined,
          onSamples: () => undefined,
        },
      );
      deviceLoop.power = 'full';
      return { name, storage, profile, loop: deviceLoop, slowness };
    });
    for (const device of devices) await device.loop.start();
    const { rounds } = settings;
    await time.runUntil(() => loop.committedRound + 1 >= rounds || loop.view().here >= devices.length);
    return new SimulatedRun(loop, time, devices);
  }

  /**
   * Trains until so many rounds are committed, or until the signal; throws an Error with the reason when the run cannot go
   * on.
   */
  async untilRounds(committed: number, signal?: AbortSignal): Promise<void> {
    const { loop } = this;
    if (loop.committedRound + 1 >= committed) return;
    loop.command('start');
    await this.#time.runUntil(() => {
      this.requireProgress();
      return loop.committedRound + 1 >= committed || signal?.aborted === true;
    });
    if (signal?.aborted) await this.devicesKnow();
  }

  /** Throws an Error with the reason when the run has paused by itself, or does not come to the end of its round. */
  requireProgress(): void {
    const why = this.loop.pausedBecause ?? this.loop.stuckBecause;
    if (why !== undefined) throw new Error(why);
  }

  /** Lets the news of the last commit reach the devices: only then do they keep what they trained for it. */
  async devicesKnow(): Promise<void> {
    const { committedRound, settings } = this.loop;
    const slowestMs = 1000 * Math.max(...this.#devices.map(({ profile }) => profile.roundTripSeconds));
    const endMs = this.#time.clock.now() + slowestMs + 1;
    const cancel = this.#time.clock.after(slowestMs + 1, () => undefined);
    const know = ({ storage }: DeviceAtWork) =>
      (storage.kept(settings.id)?.committedRound ?? -1) >= committedRound;
    await this.#time.runUntil(() => this.#devices.every(know) || this.#time.clock.now() >= endMs);
    cancel();
  }

  /** Makes a device so many times slower than its profile from now on. */
  slow(name: string, factor: number): void {
    const device = this.#devices.find((candidate) => candidate.name === name);
    if (!device) throw new RangeError(`no device is called ${name}`);
    device.slowness.factor = factor;
  }

  /** Ends the run and frees what the devices hold; the body is the caller's. */
  async close(): Promise<void> {
    await this.#time.until(this.leave());
  }

  /** Begins to end; resolves while somebody moves the clock. */
  leave(): Promise<void> {
    for (const { loop } of this.#devices) loop.leave();
    return this.loop.close();
  }
}

/** A store whose files take real time, not virtual time. */
function realWork(store: StorePort, time: SimulatedTime): StorePort {
  return {
    load: () => time.during(store.load()),
    commit: (checkpoint) => time.during(store.commit(checkpoint)),
    saveSamples: (samples) => time.during(store.saveSamples(samples)),
    sampleRounds: () => time.during(store.sampleRounds()),
  };
}
