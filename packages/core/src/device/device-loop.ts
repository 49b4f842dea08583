// The device's loop: joins, checks its speed, trains step by step, and comes back by itself when the link breaks.
import { exchangeTensors, type GanSpec, previewTensors } from '../architecture/index.ts';
import type { CancelTimer } from '../clock.ts';
import type { DeviceProfile } from '../cut/index.ts';
import { deviceParameters } from '../federate/index.ts';
import {
  type Connection,
  type CoordinatorMessage,
  decodeFrame,
  decodeFrameHeader,
  type DeviceMessage,
  encodeFrame,
  ERRORS,
  type FrameHeader,
  isErrorCode,
  type Packet,
  parseCoordinatorMessage,
  PROTOCOL_VERSION,
  type RunSettings,
  runSpec,
  SPEED_CHECK_NUMBERS,
  type Standing,
  TesseraError,
  withCredit,
} from '../protocol/index.ts';
import { type NamedTensors, tensorNamed } from '../tensors/index.ts';
import { NO_MOMENTS } from './moments.ts';
import type { DeviceIdentity, DeviceMemory, DevicePorts, PowerSetting } from './ports.ts';
import { checkSpeed } from './speed-check.ts';
import { StatusKeeper } from './status.ts';
import { Trainer } from './trainer.ts';

/** Waiting times between attempts to reconnect. */
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 15_000;
/** Rest after a step, as a share of the time that the device computed in it; never longer than the bound. */
const REST: Readonly<Record<PowerSetting, number>> = { gentle: 1, normal: 0.1, full: 0 };
const LONGEST_REST_MS = 2_000;

/** What lives exactly as long as one connection. */
interface Session {
  readonly connection: Connection;
  welcome?: CoordinatorMessage & { type: 'welcome' };
  assignment?: CoordinatorMessage & { type: 'assignment' };
  /** Resolves the speed check's wait for its frame. */
  probeReturned?: () => void;
  /** The coordinator's last word: it closes the connection next, whatever reason the transport gives for it. */
  farewell?: Standing;
}

/** One device in one run, whatever carries its packets and whatever computes. */
export class DeviceLoop {
  readonly #identity: DeviceIdentity;
  readonly #ports: DevicePorts;
  readonly #status: StatusKeeper;
  #session: Session | undefined;
  #trainer: { readonly trainer: Trainer; readonly spec: GanSpec } | undefined;
  #memory: DeviceMemory | undefined;
  #profile: DeviceProfile | undefined;
  #checking = false;
  #paused: 'volunteer' | 'battery' | 'hidden' | 'data-saver' | undefined;
  #power: PowerSetting = 'normal';
  #attempt = 0;
  #cancelRetry: CancelTimer = () => undefined;
  #turn: Promise<void> = Promise.resolve();
  #restMs = 0;
  #ended = false;

  constructor(identity: DeviceIdentity, ports: DevicePorts) {
    this.#identity = identity;
    this.#ports = ports;
    this.#status = new StatusKeeper(ports.clock, ports.engine, (status) => {
      ports.onStatus(status);
    });
  }

  /** Connects, and keeps connecting until the device leaves or is refused for good. */
  async start(): Promise<void> {
    const { runId } = this.#identity;
    if (runId !== undefined) this.#memory = await this.#ports.storage.load(runId);
    await this.#connect();
  }

  /** Takes no further part until `resume`; the device keeps its place. */
  pause(reason: 'volunteer' | 'battery' | 'hidden' | 'data-saver'): void {
    this.#paused = reason;
    this.#tell({ type: 'intent', intent: 'pause', reason });
    this.#status.change({}, 'Paused');
  }

  resume(): void {
    this.#paused = undefined;
    this.#tell({ type: 'intent', intent: 'resume' });
    this.#status.change({}, 'Goes on');
  }

  /** Leaves when this round is committed. */
  finish(): void {
    this.#tell({ type: 'intent', intent: 'finish' });
    this.#status.change({}, 'Leaves after this round');
  }

  /** Leaves at once. */
  leave(): void {
    this.#tell({ type: 'intent', intent: 'leave' });
    this.#end('Left the run');
  }

  set power(power: PowerSetting) {
    this.#power = power;
  }

  async #connect(): Promise<void> {
    if (this.#ended) return;
    try {
      const raw = await this.#ports.connect();
      const connection = withCredit(raw, this.#ports.clock);
      const session: Session = { connection };
      this.#session = session;
      connection.onPacket((packet) => {
        if (this.#session === session) this.#receive(session, packet);
      });
      connection.onClose((reason) => {
        if (this.#session === session) this.#lost(reason);
      });
      const memory = this.#memory;
      const { runId, joinCode, name, kind } = this.#identity;
      this.#tell({
        type: 'hello',
        protocol: PROTOCOL_VERSION,
        name,
        kind,
        ...(runId === undefined ? {} : { runId }),
        ...(joinCode === undefined ? {} : { joinCode }),
        ...(memory && { resume: { token: memory.token, committedRound: memory.committedRound } }),
      });
    } catch (error) {
      this.#lost(error instanceof Error ? error.message : 'the coordinator cannot be reached');
    }
  }

  #lost(reason: string): void {
    const farewell = this.#session?.farewell;
    this.#session = undefined;
    this.#trainer?.trainer.abandonStep();
    if (this.#ended) return;
    if (farewell) {
      this.#status.change({ current: { state: 'standing', standing: farewell } });
      this.#end('The run is finished here');
      return;
    }
    const base = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#attempt);
    // Half of the wait is drawn, so that thirty devices do not come back in the same instant.
    const waitMs = base / 2 + this.#ports.random.uniform(0, base / 2);
    this.#attempt += 1;
    const nextTryAtMs = this.#ports.clock.now() + waitMs;
    this.#status.change(
      { current: { state: 'reconnecting', attempt: this.#attempt, nextTryAtMs } },
      `Connection lost (${reason})`,
    );
    this.#cancelRetry = this.#ports.clock.after(waitMs, () => {
      void this.#connect();
    });
  }

  #end(event: string): void {
    this.#ended = true;
    this.#cancelRetry();
    const { current } = this.#status.status;
    const stays = current.state === 'refused' || isFinished(current);
    this.#status.change(stays ? {} : { current: { state: 'left' } }, event);
    this.#session?.connection.close('left');
    this.#session = undefined;
    this.#enqueue(() => {
      this.#trainer?.trainer.dispose();
      this.#trainer = undefined;
      return Promise.resolve();
    });
  }

  /** Reads a packet; what computes waits its turn, so that one message is dealt with at a time and in order. */
  #receive(session: Session, packet: Packet): void {
    try {
      if (packet.kind === 'frame') {
        this.#status.count(0, packet.bytes.byteLength);
        const header = decodeFrameHeader(packet.bytes);
        if (header.kind === 'speed-check') {
          session.probeReturned?.();
          return;
        }
        if (header.run !== session.welcome?.run) return;
        this.#enqueue(() => this.#onFrame(session, header, packet.bytes));
        return;
      }
      this.#status.count(0, JSON.stringify(packet.message).length);
      const message = parseCoordinatorMessage(packet.message);
      if (message.type === 'standing' && message.value.standing === 'finished')
        session.farewell = message.value;
      if ('run' in message && message.type !== 'welcome' && message.run !== session.welcome?.run) return;
      this.#enqueue(() => this.#onMessage(session, message));
    } catch (error) {
      this.#fail(session, error);
    }
  }

  #enqueue(task: () => Promise<void>): void {
    this.#turn = this.#turn.then(task).catch((error: unknown) => {
      const session = this.#session;
      if (session) this.#fail(session, error);
    });
  }

  async #onMessage(session: Session, message: CoordinatorMessage): Promise<void> {
    if (this.#session !== session) return;
    switch (message.type) {
      case 'welcome':
        await this.#onWelcome(session, message);
        return;
      case 'refused':
        await this.#onRefused(message.code, message.message);
        return;
      case 'standing':
        this.#status.change({ current: { state: 'standing', standing: message.value } });
        if (message.value.standing === 'speed-check-wanted') void this.#introduce(session);
        return;
      case 'assignment':
        session.assignment = message;
        return;
      case 'step':
        await this.#onStep(message.round, message.step);
        return;
      case 'missed':
        if (this.#trainer?.trainer.isAt(message.round, message.step)) this.#trainer.trainer.abandonStep();
        this.#status.change(
          { stepsMissed: this.#status.status.stepsMissed + 1 },
          `Too late for step ${message.step + 1}; goes on with the next`,
        );
        return;
      case 'federate': {
        const layers = await this.#needTrainer().trainer.layers();
        const at = { kind: 'layers', round: message.round, step: 0, exchange: 0 } as const;
        this.#sendFrame(session, { ...at, encoding: 'float32' }, layers);
        return;
      }
      case 'committed':
        this.#trainer?.trainer.commit();
        await this.#remember(message.round);
        this.#status.change({}, `Round ${message.round + 1} is finished and saved`);
        return;
      case 'abandoned':
        this.#trainer?.trainer.abandonStep();
        this.#status.change({}, `Round ${message.round + 1} is repeated from its start`);
        return;
      default:
        message satisfies never;
    }
  }

  async #onWelcome(session: Session, welcome: CoordinatorMessage & { type: 'welcome' }): Promise<void> {
    const { settings, token, resumed, deviceId } = welcome;
    if (settings.batch > 0 && this.#ports.images.count < 16) {
      throw new TesseraError('too-few-images', `${this.#ports.images.count} images are connected.`);
    }
    session.welcome = welcome;
    this.#attempt = 0;
    if (!this.#trainer) {
      const spec = runSpec(settings);
      const { images, random, clock } = this.#ports;
      this.#trainer = { spec, trainer: new Trainer({ spec, settings, images, random, clock }) };
    }
    const memory = this.#memory ?? (await this.#ports.storage.load(settings.id));
    const moments = resumed ? memory?.moments : undefined;
    this.#trainer.trainer.restore(moments ?? NO_MOMENTS);
    this.#memory = {
      token,
      committedRound: resumed ? (memory?.committedRound ?? -1) : -1,
      ...(moments && { moments }),
    };
    await this.#ports.storage.save(settings.id, this.#memory);
    this.#status.change({ deviceId, settings }, resumed ? 'Back in the run' : 'Joined the run');
    if (this.#paused !== undefined) this.#tell({ type: 'intent', intent: 'pause', reason: this.#paused });
  }

  async #onRefused(code: string, message: string): Promise<void> {
    const known = isErrorCode(code) ? ERRORS[code] : undefined;
    if (code === 'bad-token') {
      // What was stored belongs to another run of that name: join as a new device.
      if (this.#identity.runId !== undefined) await this.#ports.storage.forget(this.#identity.runId);
      this.#memory = undefined;
      this.#status.change({}, 'Joins anew: the run does not know this device any more');
      return;
    }
    if (known?.retryable) {
      this.#status.change({}, message);
      return;
    }
    this.#status.change({ current: { state: 'refused', code, message } }, message);
    this.#end('Refused');
  }

  /** Sends the profile: measured now, or as measured when the link was there before. */
  async #introduce(session: Session): Promise<void> {
    const { settings } = session.welcome ?? {};
    if (!settings || this.#checking) return;
    this.#checking = true;
    try {
      this.#profile = await this.#checkSpeed(session, settings);
      const { images, engine } = this.#ports;
      this.#status.change({ profile: this.#profile }, 'Speed check done');
      this.#tell({
        type: 'profile',
        profile: this.#profile,
        samples: images.count,
        backend: engine.backend,
        adapter: engine.adapter.slice(0, 120),
      });
    } catch (error) {
      if (this.#session === session) this.#fail(session, error);
    } finally {
      this.#checking = false;
    }
  }

  #checkSpeed(session: Session, settings: RunSettings): Promise<DeviceProfile> {
    const { clock, random } = this.#ports;
    return checkSpeed({
      spec: this.#needTrainer().spec,
      batch: settings.batch,
      optimiser: Trainer.optimiser(settings),
      clock,
      random: random.fork('speed-check'),
      link: {
        ping: () => session.connection.send({ kind: 'control', message: { type: 'ping' } }),
        probe: async () => {
          const returned = new Promise<void>((resolve) => {
            session.probeReturned = resolve;
            session.connection.onClose((reason) => {
              resolve();
              if (this.#session === session) this.#lost(reason);
            });
          });
          const probe = { shape: [SPEED_CHECK_NUMBERS], data: new Float32Array(SPEED_CHECK_NUMBERS) };
          const header = { kind: 'speed-check', run: 0, round: 0, step: 0, exchange: 0 } as const;
          const bytes = encodeFrame({
            header: { ...header, encoding: 'float32' },
            tensors: new Map([['probe', probe]]),
          });
          this.#status.count(bytes.byteLength, 0);
          await session.connection.send({ kind: 'frame', bytes });
          return { bytes: bytes.byteLength, returned };
        },
      },
      onProgress: (progress) => {
        this.#status.change({ current: { state: 'checking-speed', progress } });
      },
    });
  }

  async #onStep(round: number, step: number): Promise<void> {
    const session = this.#session;
    const { settings } = session?.welcome ?? {};
    if (!session || !settings || this.#paused !== undefined) return;
    await this.#rest();
    const value = { standing: 'training', round, step, stepsPerRound: settings.stepsPerRound } as const;
    this.#status.change({ current: { state: 'standing', standing: value } });
    const up = await this.#needTrainer().trainer.beginStep(round, step);
    this.#sendFrame(session, { kind: 'exchange', round, step, exchange: 1 }, up);
  }

  async #onFrame(session: Session, header: FrameHeader, bytes: Uint8Array): Promise<void> {
    const { settings } = session.welcome ?? {};
    const { assignment } = session;
    if (this.#session !== session || !settings || !assignment) return;
    const { spec, trainer } = this.#needTrainer();
    const { cut } = assignment;
    switch (header.kind) {
      case 'layers': {
        if (header.round !== assignment.round) return;
        const { tensors } = decodeFrame(bytes, deviceParameters(spec, cut));
        await this.#beginRound(session, assignment, tensors);
        return;
      }
      case 'preview': {
        const { tensors } = decodeFrame(bytes, previewTensors(spec, cut, spec.classes, 'down'));
        const images = await trainer.previewTail(tensorNamed(tensors, 'generator'));
        this.#ports.onSamples({ round: header.round, images });
        return;
      }
      case 'exchange':
        if (isExchange(header.exchange) && trainer.isAt(header.round, header.step)) {
          const down = exchangeTensors(spec, cut, settings.batch, header.exchange, 'down');
          await this.#onExchange(
            session,
            { ...header, exchange: header.exchange },
            decodeFrame(bytes, down).tensors,
          );
        }
        return;
      case 'speed-check':
        return;
      default:
        header.kind satisfies never;
    }
  }

  async #beginRound(
    session: Session,
    assignment: CoordinatorMessage & { type: 'assignment' },
    layers: NamedTensors,
  ): Promise<void> {
    const { round, cut, cluster, weight, predictedStepSeconds } = assignment;
    const { trainer } = this.#needTrainer();
    await trainer.beginRound(cut, layers);
    this.#status.change(
      { assignment: { round, cut, cluster, weight, predictedStepSeconds } },
      `Ready for round ${round + 1}`,
    );
    const head = await trainer.previewHead();
    this.#sendFrame(
      session,
      { kind: 'preview', round, step: 0, exchange: 0 },
      new Map([['generator', head]]),
    );
    this.#tell({ type: 'ready', run: assignment.run, round });
  }

  async #onExchange(
    session: Session,
    header: FrameHeader & { exchange: 1 | 2 | 3 | 4 | 5 | 6 },
    down: NamedTensors,
  ): Promise<void> {
    const { trainer } = this.#needTrainer();
    const { round, step, exchange } = header;
    if (exchange < 6) {
      const next = exchange + 1;
      const up = await trainer.answer(exchange as 1 | 2 | 3 | 4 | 5, down);
      this.#sendFrame(session, { kind: 'exchange', round, step, exchange: next }, up);
      return;
    }
    const { losses, totalSeconds, computeSeconds } = await trainer.finishStep(down);
    this.#restMs = Math.min(LONGEST_REST_MS, 1000 * computeSeconds * REST[this.#power]);
    this.#status.stepDone({ round, step, ...losses }, { total: totalSeconds, compute: computeSeconds });
    this.#tell({ type: 'losses', run: header.run, round, step, ...losses, computeSeconds });
  }

  /** Leaves the engine idle for a while, as the power setting asks. */
  async #rest(): Promise<void> {
    const restMs = this.#restMs;
    this.#restMs = 0;
    if (restMs < 1) return;
    await new Promise<void>((resolve) => {
      this.#ports.clock.after(restMs, resolve);
    });
  }

  async #remember(committedRound: number): Promise<void> {
    const { settings, token } = this.#session?.welcome ?? {};
    if (!settings || token === undefined) return;
    const moments = this.#needTrainer().trainer.committedMoments;
    this.#memory = { token, committedRound, moments };
    await this.#ports.storage.save(settings.id, this.#memory);
  }

  #tell(message: DeviceMessage): void {
    const session = this.#session;
    if (!session) return;
    this.#status.count(JSON.stringify(message).length, 0);
    // A send fails only with its connection, whose close is handled where it is received.
    session.connection.send({ kind: 'control', message }).catch(() => undefined);
  }

  #sendFrame(
    session: Session,
    header: Omit<FrameHeader, 'run' | 'encoding'> & { readonly encoding?: FrameHeader['encoding'] },
    tensors: NamedTensors,
  ): void {
    const { run, settings } = session.welcome ?? {};
    if (run === undefined || !settings) return;
    const bytes = encodeFrame({ header: { encoding: settings.encoding, ...header, run }, tensors });
    this.#status.count(bytes.byteLength, 0);
    session.connection.send({ kind: 'frame', bytes }).catch(() => undefined);
  }

  /** An engine fault or a number that is not finite costs the step; anything else is told and ends the link. */
  #fail(session: Session, error: unknown): void {
    const { code, message } =
      error instanceof TesseraError
        ? error
        : { code: 'engine-failed', message: error instanceof Error ? error.message : 'unknown' };
    this.#trainer?.trainer.abandonStep();
    this.#status.change({}, message);
    const { current } = this.#status.status;
    const standing = current.state === 'standing' ? current.standing : undefined;
    if (standing?.standing === 'training' && session.welcome) {
      const { round, step } = standing;
      this.#tell({ type: 'step-failed', run: session.welcome.run, round, step, code });
      return;
    }
    if (isErrorCode(code) && !ERRORS[code].retryable) {
      this.#status.change({ current: { state: 'refused', code, message } });
      this.#end(message);
      return;
    }
    session.connection.close(code);
  }

  #needTrainer() {
    if (!this.#trainer) throw new Error('the coordinator spoke of training before its welcome');
    return this.#trainer;
  }
}

function isFinished(current: { readonly state: string; readonly standing?: unknown }): boolean {
  return (
    current.state === 'standing' &&
    (current.standing as { readonly standing?: string } | undefined)?.standing === 'finished'
  );
}

function isExchange(value: number): value is 1 | 2 | 3 | 4 | 5 | 6 {
  return Number.isInteger(value) && value >= 1 && value <= 6;
}
