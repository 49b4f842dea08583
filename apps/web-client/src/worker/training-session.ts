// Everything that the Worker does for its page: engine, images, and the device's loop.
import { systemClock } from '@tessera/core/clock';
import type { DataTarget } from '@tessera/core/data';
import { halfSettings } from '@tessera/core/device';
import { timeDeviceStep } from '@tessera/core/gan';
import { selfTest } from '@tessera/core/nn';
import { type RunSettings, runSpec } from '@tessera/core/protocol';
import { Random } from '@tessera/core/random';
import { ImageConnector } from './connect.ts';
import { DeviceRun } from './device-run.ts';
import { OriginStorage } from './device-storage.ts';
import { engineCandidates } from './engine/candidates.ts';
import { type BackendName, chooseEngine, type ChosenEngine, NoEngineError } from './engine/ladder.ts';
import { RememberedEngine } from './engine/remembered.ts';
import type { PageMessage, PauseReason, WorkerMessage } from './messages.ts';
import { lookUpRun } from './run-lookup.ts';
import { openSocketConnection } from './socket-connection.ts';

/** How far along the preparation is when a rung of the ladder starts, is tested and is timed. */
const PROGRESS = { start: 0.3, test: 0.6, time: 0.8 } as const;
/** A backend that failed this often while it trained is not used again in this visit. */
const FAULTS_ALLOWED = 2;

type Start = Extract<PageMessage, { type: 'start' }>;
type Power = Extract<PageMessage, { type: 'power' }>['power'];

/** One visit of a volunteer. */
export class TrainingSession {
  readonly #post: (message: WorkerMessage) => void;
  readonly #origin: string;
  readonly #images: ImageConnector;
  readonly #storage = new OriginStorage(() => navigator.storage.getDirectory());
  readonly #remembered = new RememberedEngine(() => navigator.storage.getDirectory());
  readonly #faults = new Map<BackendName, number>();
  #forced: BackendName | undefined;
  /** The run's settings as soon as they are asked for: images may be connected while the engine still starts. */
  #settings: Promise<RunSettings> | undefined;
  #engine: ChosenEngine | undefined;
  #started: Start | undefined;
  #run: DeviceRun | undefined;
  #paused: PauseReason | undefined;
  #power: Power = 'normal';

  constructor(post: (message: WorkerMessage) => void, origin: string) {
    this.#post = post;
    this.#origin = origin;
    this.#images = new ImageConnector(post);
  }

  /** Does what the page asks; whatever goes wrong is posted as `failed`. */
  async receive(message: PageMessage): Promise<void> {
    try {
      await this.#handle(message);
    } catch (error) {
      this.#fail(error);
    }
  }

  async #handle(message: PageMessage): Promise<void> {
    switch (message.type) {
      case 'prepare':
        this.#forced = message.forceBackend;
        return this.#prepare();
      case 'connect-files':
      case 'connect-drawn':
      case 'connect-points':
      case 'connect-kept': {
        const settings = await this.#knownSettings();
        return this.#images.connect(message, settings.id, targetOf(settings));
      }
      case 'forget-images':
        return this.#images.forget((await this.#knownSettings()).id);
      case 'start':
        this.#started = message;
        return this.#takePart(message);
      case 'pause':
        this.#paused = message.reason;
        this.#run?.pause(message.reason);
        return;
      case 'resume':
        this.#paused = undefined;
        this.#run?.resume();
        return;
      case 'finish':
        this.#run?.finish();
        return;
      case 'leave':
        this.#started = undefined;
        this.#run?.leave();
        return;
      case 'power':
        this.#power = message.power;
        this.#run?.setPower(message.power);
        return;
      default:
        return message satisfies never;
    }
  }

  async #prepare(): Promise<void> {
    const run = lookUpRun(this.#origin);
    this.#settings = run.then((found) => found.settings);
    this.#settings.catch(() => undefined); // Told where the run itself is awaited.
    const { settings, joinCodeWanted } = await run;
    const engine = await this.#chooseEngine(settings);
    const count = await this.#images.keptCount(settings.id, targetOf(settings));
    this.#post({
      type: 'prepared',
      settings,
      joinCodeWanted,
      engine: { backend: engine.backend, adapter: engine.adapter, reason: engine.reason },
      refusedEngines: engine.refused,
      ...(count > 0 && { keptImages: { count } }),
    });
  }

  async #chooseEngine(settings: RunSettings): Promise<ChosenEngine> {
    const onFault = (fault: string) => void this.#afterFault(fault);
    const usable = engineCandidates(onFault, this.#forced).filter(
      ({ backend }) => (this.#faults.get(backend) ?? 0) < FAULTS_ALLOWED,
    );
    const circumstances = circumstancesOf(settings);
    const remembered = await this.#remembered.load(circumstances);
    this.#engine = undefined;
    const engine = await chooseEngine({
      candidates: usable,
      selfTest,
      timeStep: () => timeStepOf(settings),
      clock: systemClock,
      remembered,
      forced: this.#forced !== undefined,
      onTry: (backend, step) =>
        this.#post({ type: 'preparing', what: { backend, step }, progress: PROGRESS[step] }),
    });
    if (engine.seconds !== undefined) await this.#remembered.save(circumstances, engine.backend);
    this.#engine = engine;
    return engine;
  }

  async #takePart({ name, joinCode }: Start): Promise<void> {
    const settings = await this.#knownSettings();
    const images = this.#images.set;
    if (!this.#engine || !images)
      throw new Error('training starts when images are connected and the engine is ready');
    this.#run?.abandon('started anew');
    const run = new DeviceRun({
      identity: { runId: settings.id, name, kind: 'browser', ...(joinCode !== undefined && { joinCode }) },
      engine: this.#engine,
      images,
      storage: this.#storage,
      connect: () => openSocketConnection(this.#origin),
      post: this.#post,
    });
    this.#run = run;
    run.setPower(this.#power);
    await run.start();
    if (this.#paused !== undefined) run.pause(this.#paused);
  }

  /** A graphics processor failed while it trained: a fresh engine takes over, and the device comes back by itself. */
  async #afterFault(fault: string): Promise<void> {
    const { backend } = this.#engine ?? {};
    if (backend === undefined) return; // still being chosen: the ladder sees the fault itself
    this.#faults.set(backend, (this.#faults.get(backend) ?? 0) + 1);
    this.#run?.abandon(fault);
    this.#run = undefined;
    try {
      await this.#prepare();
      if (this.#started) await this.#takePart(this.#started);
    } catch (error) {
      this.#fail(error);
    }
  }

  async #knownSettings(): Promise<RunSettings> {
    if (!this.#settings) throw new Error('the page connects images before it has asked for the run');
    return this.#settings;
  }

  #fail(error: unknown): void {
    const code = error instanceof NoEngineError ? 'no-engine' : 'worker-error';
    this.#post({ type: 'failed', code, message: error instanceof Error ? error.message : String(error) });
  }
}

/** Engines are timed with the run's own networks and batch, whatever its weights and the images. */
function timeStepOf(settings: RunSettings): Promise<number> {
  return timeDeviceStep({
    spec: runSpec(settings),
    batch: settings.batch,
    ...halfSettings(settings, Infinity),
    clock: systemClock,
    random: new Random('engine'),
  });
}

/** What the times depend on: the browser, and the size of the networks. */
function circumstancesOf(settings: RunSettings): string {
  const { width, batch, blocks, zDim } = settings;
  const { imageShape, classes } = runSpec(settings);
  const sizes = { width, batch, blocks, imageShape, zDim, classes };
  return `${navigator.userAgent.slice(0, 500)} ${JSON.stringify(sizes)}`;
}

function targetOf(settings: RunSettings): DataTarget {
  const { classes, condition } = settings;
  return { imageShape: runSpec(settings).imageShape, classes, labelled: condition === 'classes' };
}
