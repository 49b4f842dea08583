// A whole run in memory: the real coordinator loop, the real device loops and the real frames, without a network.
import { type LocalBody, runBody } from '../body/index.ts';
import type { Clock } from '../clock.ts';
import type { DeviceProfile } from '../cut/index.ts';
import { BatchSource, drawnImages, type DrawnDomain } from '../data/index.ts';
import { type DeviceImages, DeviceLoop, type DevicePace, type DeviceStatus } from '../device/index.ts';
import { type Connection, runSettingsSchema, type RunSettings } from '../protocol/index.ts';
import { Random } from '../random.ts';
import {
  type BodyPort,
  type Checkpoint,
  type LogEvent,
  RunLoop,
  type RoundSamples,
  type StorePort,
} from '../session/index.ts';
import type { PlainTensor } from '../tensors/index.ts';
import {
  memoryAccess,
  MemoryDeviceStorage,
  memoryPair,
  type MemoryFaults,
  type MemoryPair,
  type MemoryPairOptions,
} from '../simulation/index.ts';

/** Settings of a run that is small enough for tests: the narrowest networks, few steps. */
export function smallRun(changes: Partial<RunSettings> = {}): RunSettings {
  return runSettingsSchema.parse({
    id: 'small',
    title: 'A small run',
    classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    width: 1 / 16,
    zDim: 8,
    batch: 4,
    stepsPerRound: 3,
    rounds: 2,
    minimumDevices: 2,
    ...changes,
  });
}

/** Keeps checkpoints in memory; what was committed survives a `RunLoop` that is thrown away. */
export class MemoryStore implements StorePort {
  checkpoint: Checkpoint | undefined;
  readonly samples = new Map<number, RoundSamples>();
  /** Set to make the next commits fail with this message. */
  fault: string | undefined;

  load(): ReturnType<StorePort['load']> {
    return Promise.resolve({ notes: [], ...(this.checkpoint && { checkpoint: this.checkpoint }) });
  }

  commit(checkpoint: Checkpoint): Promise<void> {
    if (this.fault !== undefined) return Promise.reject(new Error(this.fault));
    this.checkpoint = checkpoint;
    return Promise.resolve();
  }

  saveSamples(samples: RoundSamples): Promise<void> {
    this.samples.set(samples.round, samples);
    return Promise.resolve();
  }

  sampleRounds(): Promise<readonly number[]> {
    return Promise.resolve([...this.samples.keys()].sort((a, b) => a - b));
  }
}

/** One device of a run in memory, with the hands on its cable. */
export interface MemoryDevice {
  readonly loop: DeviceLoop;
  readonly storage: MemoryDeviceStorage;
  readonly samples: Map<number, PlainTensor>;
  status(): DeviceStatus;
  /** The connection in use. */
  pair(): MemoryPair;
  /** Connections made so far. */
  connections(): number;
}

/** What a device of a run in memory is made of. */
export interface MemoryDeviceOptions {
  readonly name: string;
  readonly domain: DrawnDomain;
  /** Drawn images; 64 by default. */
  readonly count?: number;
  /** Stands before the images. */
  readonly images?: (drawn: DeviceImages) => DeviceImages;
  readonly storage?: MemoryDeviceStorage;
  readonly joinCode?: string;
  readonly runId?: string;
  /** Its speed; absent: it is measured. */
  readonly profile?: DeviceProfile;
  /** How long its computing takes; absent: as long as it takes. */
  readonly pace?: DevicePace;
  /** Of this device's link, besides those of the run. */
  readonly faults?: Partial<MemoryFaults>;
  /** Stands between the device and its link: hears and changes what passes. */
  readonly wrap?: (connection: Connection) => Connection;
}

export interface MemoryRunOptions {
  readonly settings: RunSettings;
  readonly clock: Clock;
  readonly random: Random;
  readonly store?: MemoryStore;
  /** Made anew at every start of the coordinator. */
  readonly body?: () => BodyPort;
  readonly faults?: Partial<MemoryFaults>;
  readonly onWire?: MemoryPairOptions['onWire'];
  readonly joinCode?: string;
  readonly log?: LogEvent;
}

/** Opens a run; devices join with `addDevice`. Needs a TensorFlow.js backend that is set. */
export class MemoryRun {
  readonly store: MemoryStore;
  readonly #options: MemoryRunOptions;
  readonly #pairs = new Set<MemoryPair>();
  #loop: RunLoop | undefined;
  #body: (BodyPort & { dispose?: () => void }) | undefined;

  static async open(options: MemoryRunOptions): Promise<MemoryRun> {
    const run = new MemoryRun(options);
    await run.restart();
    return run;
  }

  private constructor(options: MemoryRunOptions) {
    this.#options = options;
    this.store = options.store ?? new MemoryStore();
  }

  get loop(): RunLoop {
    if (!this.#loop) throw new Error('the coordinator is not running');
    return this.#loop;
  }

  /** The coordinator's body. */
  get body(): BodyPort {
    if (!this.#body) throw new Error('the coordinator is not running');
    return this.#body;
  }

  /** Kills the coordinator without a goodbye, as `kill -9` does, and starts it again from its store. */
  async restart(): Promise<void> {
    for (const pair of this.#pairs) pair.cut();
    await this.close();
    const { settings, clock, random, log, joinCode } = this.#options;
    this.#body = this.#options.body?.() ?? newMemoryBody(settings, clock);
    this.#loop = await RunLoop.open(settings, {
      clock,
      body: this.#body,
      store: this.store,
      access: memoryAccess(random, joinCode),
      log: log ?? (() => undefined),
      newRunNumber: () => random.nextUint32(),
    });
  }

  /** Ends the coordinator and frees its body. */
  async close(): Promise<void> {
    await this.#loop?.close();
    this.#loop = undefined;
    this.#body?.dispose?.();
    this.#body = undefined;
  }

  /** Adds a device with drawn images; call `start` on its loop. */
  addDevice(options: MemoryDeviceOptions): MemoryDevice {
    const { clock, settings } = this.#options;
    const {
      name,
      domain,
      count = 64,
      storage = new MemoryDeviceStorage(),
      joinCode,
      profile,
      pace,
    } = options;
    const samples = new Map<number, PlainTensor>();
    let status: DeviceStatus | undefined;
    const pairs: MemoryPair[] = [];
    const set = drawnImages({ domain, count, random: new Random(name) });
    const drawn = new BatchSource(set, new Random(`${name}/batches`));
    const identity = { name, kind: 'node', runId: options.runId ?? settings.id } as const;
    const loop = new DeviceLoop(
      { ...identity, ...(joinCode !== undefined && { joinCode }) },
      {
        connect: () => {
          const pair = this.#connect(options);
          pairs.push(pair);
          return Promise.resolve(options.wrap?.(pair.device) ?? pair.device);
        },
        clock,
        random: new Random(`${name}/training`),
        engine: { backend: 'wasm', adapter: 'memory', reason: 'a test' },
        images: options.images?.(drawn) ?? drawn,
        storage,
        ...(profile && { profile }),
        ...(pace && { pace }),
        onStatus: (next) => {
          status = next;
        },
        onSamples: (next) => {
          samples.set(next.round, next.images);
        },
      },
    );
    return {
      loop,
      storage,
      samples,
      status: () => {
        if (!status) throw new Error('the device has not started');
        return status;
      },
      pair: () => {
        const pair = pairs.at(-1);
        if (!pair) throw new Error('the device has not connected');
        return pair;
      },
      connections: () => pairs.length,
    };
  }

  #connect({ name, faults }: MemoryDeviceOptions): MemoryPair {
    const { clock, random, onWire } = this.#options;
    if (!this.#loop) throw new Error('the coordinator cannot be reached');
    const pair = memoryPair({
      clock,
      random: random.fork(name),
      faults: { ...this.#options.faults, ...faults },
      ...(onWire && { onWire }),
    });
    this.#pairs.add(pair);
    this.#loop.attach(pair.coordinator, name);
    return pair;
  }
}

/** The body of a run on the backend that is set. */
export function newMemoryBody(settings: RunSettings, clock: Clock): LocalBody {
  return runBody(settings, { engine: { backend: 'memory', adapter: '', reason: 'a test' }, clock });
}
