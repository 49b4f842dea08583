// A whole run in memory and virtual time, with hands on every cable: what the tests of rounds and steps share.
import { VirtualClock } from '../clock.ts';
import type { CoordinatorProfile, DeviceProfile } from '../cut/index.ts';
import type { RunSettings } from '../protocol/index.ts';
import { Random } from '../random.ts';
import {
  type MemoryDevice,
  type MemoryDeviceOptions,
  MemoryRun,
  type MemoryRunOptions,
  newMemoryBody,
  smallRun,
} from './memory-run.ts';
import { advanceUntil, promisesRun } from '../simulation/virtual-time.ts';
import type { BodyPort, RunView } from '../session/index.ts';
import { tap, type TapOptions } from './tap.ts';

/** A speed that spares the tests the speed check; equal for all, so that cuts are equal too. */
export const TEST_PROFILE: DeviceProfile = {
  compute: { kind: 'speed', gigaflopsPerSecond: 10 },
  exchangeSeconds: 0.001,
  uplinkBytesPerSecond: 1e7,
  downlinkBytesPerSecond: 1e7,
  roundTripSeconds: 0.01,
};

const BODY_PROFILE: CoordinatorProfile = {
  compute: { kind: 'speed', gigaflopsPerSecond: 10 },
  exchangeSeconds: 0.001,
};

/** Milliseconds that a packet travels, and by which the clock moves. */
const TICK_MS = 5;

export interface WorldOptions extends Partial<Pick<MemoryRunOptions, 'store' | 'joinCode' | 'onWire'>> {
  readonly settings?: Partial<RunSettings>;
  /** Stands before the real body. */
  readonly body?: (real: BodyPort) => BodyPort;
}

/** One event of the coordinator's log. */
export interface Logged {
  readonly level: string;
  readonly event: string;
  readonly fields: Readonly<Record<string, string | number | boolean>>;
}

export class World {
  readonly clock = new VirtualClock();
  readonly log: Logged[] = [];
  readonly settings: RunSettings;
  #run: MemoryRun | undefined;

  private constructor(settings: RunSettings) {
    this.settings = settings;
  }

  /** Opens a run with small networks; devices come with `join`. */
  static async open({ settings, body, ...options }: WorldOptions = {}): Promise<World> {
    const world = new World(smallRun({ rounds: 4, ...settings }));
    world.#run = await MemoryRun.open({
      settings: world.settings,
      clock: world.clock,
      random: new Random('world'),
      faults: { latencyMs: TICK_MS },
      body: () => {
        const real = withProfile(newMemoryBody(world.settings, world.clock));
        return body?.(real) ?? real;
      },
      log: (level, event, fields = {}) => {
        world.log.push({ level, event, fields });
      },
      ...options,
    });
    return world;
  }

  get run(): MemoryRun {
    if (!this.#run) throw new Error('the world is not open');
    return this.#run;
  }

  get view(): RunView {
    return this.run.loop.view();
  }

  /** Adds a device; it has introduced itself when this resolves. */
  async join(name: string, options: Partial<MemoryDeviceOptions> = {}): Promise<MemoryDevice> {
    const device = this.add(name, options);
    await device.loop.start();
    await this.until(() => device.status().current.state === 'standing' && !this.isUnchecked(name));
    return device;
  }

  /** Adds a device that has not started yet. */
  add(name: string, options: Partial<MemoryDeviceOptions> = {}): MemoryDevice {
    return this.run.addDevice({ name, domain: 'pen', profile: TEST_PROFILE, ...options });
  }

  /** Opens a run, joins devices of these names and presses Start. */
  static async started(names: readonly string[], options: WorldOptions = {}) {
    const world = await World.open(options);
    const devices: MemoryDevice[] = [];
    for (const name of names) devices.push(await world.join(name));
    world.run.loop.command('start');
    return { world, devices };
  }

  /** Moves time until the condition holds. */
  async until(holds: () => boolean, limitMs = 120_000): Promise<void> {
    await advanceUntil(this.clock, holds, { stepMs: TICK_MS, limitMs });
  }

  /** Moves time until so many rounds are committed. */
  async untilRounds(committed: number): Promise<void> {
    await this.until(() => this.view.committedRound >= committed - 1);
  }

  /** Moves time until a step of the round in progress has so many before it. */
  async untilStep(step: number): Promise<void> {
    await this.until(() => this.view.phase === 'training' && this.view.step >= step);
  }

  /** What the view says of a device. */
  seen(name: string): RunView['devices'][number] {
    const device = this.view.devices.find((candidate) => candidate.name === name);
    if (!device) throw new Error(`the run does not list ${name}`);
    return device;
  }

  isListed(name: string): boolean {
    return this.view.devices.some((device) => device.name === name);
  }

  /** Log events of this name. */
  logged(event: string): Logged[] {
    return this.log.filter((entry) => entry.event === event);
  }

  private isUnchecked(name: string): boolean {
    return !this.isListed(name) || this.seen(name).standing === 'speed-check-wanted';
  }
}

function withProfile(body: BodyPort & { dispose(): void }): BodyPort {
  return new Proxy(body, {
    get: (target, name) => {
      if (name === 'profile') return () => Promise.resolve(BODY_PROFILE);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

/** The steps that have losses, as 'round/step'. */
export function stepsDone(world: World): string[] {
  return world.view.losses.map(({ round, step }) => `${round}/${step}`);
}

/** A started run of devices a and b and one that is patched. */
export async function withPatched(
  name: string,
  sends: NonNullable<TapOptions['sends']>,
): Promise<{ readonly world: World; readonly patched: MemoryDevice }> {
  const world = await World.open({ settings: { stepsPerRound: 4, rounds: 2 } });
  await world.join('a');
  await world.join('b');
  const patched = await world.join(name, { wrap: tap({ sends }) });
  world.run.loop.command('start');
  return { world, patched };
}

/** Turns of the event loop after which work without timers is done. */
const TURNS = 20;

/** Lets everything that waits for no timer come to its end. */
export async function drainWork(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await promisesRun();
}
