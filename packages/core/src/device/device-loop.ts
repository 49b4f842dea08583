// The device's loop: joins, checks its speed, does what the coordinator asks, and comes back when the link breaks.
import type { CancelTimer } from '../clock.ts';
import { MIN_IMAGES } from '../data/index.ts';
import {
  type CoordinatorMessage,
  type DeviceMessage,
  ERRORS,
  isErrorCode,
  PROTOCOL_VERSION,
  type RunSettings,
  runSpec,
  TesseraError,
} from '../protocol/index.ts';
import type { Random } from '../random.ts';
import { CoordinatorLink, type Welcome } from './coordinator-link.ts';
import { Introduction } from './introduction.ts';
import { MAXIMUM_WAITING_MESSAGES } from './limits.ts';
import { Membership } from './membership.ts';
import { misfitOf } from './misfit.ts';
import type { DeviceIdentity, DevicePorts, PowerSetting } from './ports.ts';
import { Retry } from './retry.ts';
import { StatusKeeper } from './status.ts';
import { Trainer } from './trainer.ts';
import { Training } from './training.ts';
import { Turns } from './turns.ts';

type PauseReason = NonNullable<(DeviceMessage & { readonly type: 'intent' })['reason']>;

/** One device in one run, whatever carries its packets and whatever computes. */
export class DeviceLoop {
  readonly #identity: DeviceIdentity;
  readonly #ports: DevicePorts;
  readonly #status: StatusKeeper;
  readonly #membership: Membership;
  readonly #introduction: Introduction;
  readonly #retry: Retry;
  readonly #rounding: Random;
  readonly #turns: Turns;
  #cancelRetry: CancelTimer = () => undefined;
  /** The connection in use. */
  #link: CoordinatorLink | undefined;
  #training: Training | undefined;
  /** What trains, and the settings it was made for; both outlive a connection. */
  #trainer: { readonly trainer: Trainer; readonly settings: RunSettings } | undefined;
  #paused: PauseReason | undefined;
  #finishing = false;
  #power: PowerSetting = 'normal';
  #ended = false;

  constructor(identity: DeviceIdentity, ports: DevicePorts) {
    this.#identity = identity;
    this.#ports = ports;
    this.#retry = new Retry(ports.random.fork('retry'));
    this.#rounding = ports.random.fork('rounding');
    this.#status = new StatusKeeper(ports.clock, ports.engine, (status) => {
      ports.onStatus(status);
    });
    this.#introduction = new Introduction(ports, this.#status);
    this.#membership = new Membership(identity.runId, ports.storage, (reason) => {
      this.#status.change({}, `Could not keep its place for the next visit: ${reason}`);
    });
    this.#turns = new Turns(MAXIMUM_WAITING_MESSAGES, (error) => {
      if (this.#link) this.#fail(this.#link, error);
    });
  }

  /** Connects, and keeps connecting until the device leaves or is refused for good. */
  async start(): Promise<void> {
    const { images } = this.#ports;
    if (images.count < MIN_IMAGES) {
      this.#refused('too-few-images', `${images.count} images are connected.`);
      return;
    }
    this.#status.change({ current: { state: 'connecting' } });
    await this.#membership.load();
    await this.#connect();
  }

  /** Takes no further part until `resume`; the device keeps its place. */
  pause(reason: PauseReason): void {
    this.#paused = reason;
    this.#tell({ type: 'intent', intent: 'pause', reason });
    this.#dropStep();
    this.#status.change({}, 'Paused');
  }

  resume(): void {
    this.#paused = undefined;
    this.#tell({ type: 'intent', intent: 'resume' });
    this.#status.change({}, 'Goes on');
  }

  /** Leaves when this round is committed. */
  finish(): void {
    this.#finishing = true;
    this.#tell({ type: 'intent', intent: 'finish' });
    this.#status.change({}, 'Leaves after this round');
  }

  /** Leaves at once. */
  leave(): void {
    this.#tell({ type: 'intent', intent: 'leave' });
    this.#status.change({ current: { state: 'left' } });
    this.#end('Left the run');
  }

  set power(power: PowerSetting) {
    this.#power = power;
  }

  async #connect(): Promise<void> {
    if (this.#ended) return;
    try {
      const connection = await this.#ports.connect();
      // It may have left while the connection was made; TypeScript takes the check above to hold still.
      if (this.#ended as boolean) {
        connection.close('left');
        return;
      }
      const linkPorts = { clock: this.#ports.clock, random: this.#rounding };
      const link: CoordinatorLink = new CoordinatorLink(connection, linkPorts, {
        message: (message) => {
          if (this.#link === link) this.#hear(link, message);
        },
        frame: (header, bytes) => {
          this.#enqueue(link, () => this.#training?.take(header, bytes));
        },
        fault: (error) => {
          if (this.#link === link) this.#fail(link, error);
        },
        closed: (reason) => {
          if (this.#link === link) this.#lost(reason);
        },
        moved: (sent, received) => {
          this.#status.count(sent, received);
        },
      });
      this.#link = link;
      this.#greet(link);
    } catch (error) {
      this.#lost(error instanceof Error ? error.message : 'the coordinator cannot be reached');
    }
  }

  #greet(link: CoordinatorLink): void {
    const { runId, joinCode, name, kind } = this.#identity;
    const { resume } = this.#membership;
    link.tell({
      type: 'hello',
      protocol: PROTOCOL_VERSION,
      name,
      kind,
      ...(runId !== undefined && { runId }),
      ...(joinCode !== undefined && { joinCode }),
      ...(resume && { resume }),
    });
  }

  #lost(reason: string): void {
    this.#link = undefined;
    this.#training = undefined;
    this.#dropStep();
    if (this.#ended) return;
    const waitMs = this.#retry.next();
    const nextTryAtMs = this.#ports.clock.now() + waitMs;
    this.#status.change(
      { current: { state: 'reconnecting', attempt: this.#retry.attempts, nextTryAtMs } },
      `Connection lost (${reason})`,
    );
    this.#cancelRetry = this.#ports.clock.after(waitMs, () => {
      void this.#connect();
    });
  }

  /** Ends the loop; the page keeps what was last said. */
  #end(event: string): void {
    this.#ended = true;
    this.#cancelRetry();
    this.#status.change({}, event);
    const link = this.#link;
    this.#link = undefined;
    this.#training = undefined;
    link?.close('left');
    this.#turns.add(() => {
      this.#trainer?.trainer.dispose();
      this.#trainer = undefined;
    });
  }

  #refused(code: string, message: string): void {
    this.#status.change({ current: { state: 'refused', code, message } });
    this.#end(message);
  }

  /** What needs no engine is dealt with at once, before the connection may end; everything else in turn. */
  #hear(link: CoordinatorLink, message: CoordinatorMessage): void {
    switch (message.type) {
      case 'refused':
        this.#onRefused(message.code, message.message);
        return;
      case 'standing':
        if (message.value.standing === 'finished' && this.#finishing) {
          this.#status.change({ current: { state: 'standing', standing: message.value } });
          this.#end('Finished; thank you');
          return;
        }
        this.#enqueue(link, () => {
          this.#status.change({ current: { state: 'standing', standing: message.value } });
          const { settings } = link.welcome ?? {};
          if (message.value.standing !== 'speed-check-wanted' || !settings) return undefined;
          return this.#introduction.send(link, settings);
        });
        return;
      case 'welcome':
        this.#enqueue(link, () => {
          this.#onWelcome(link, message);
        });
        return;
      case 'committed':
        this.#onCommitted(link, message.round);
        return;
      case 'assignment':
      case 'step':
      case 'missed':
      case 'federate':
      case 'abandoned':
        this.#enqueue(link, () => this.#training?.obey(message));
        return;
      default:
        message satisfies never;
    }
  }

  #onRefused(code: string, message: string): void {
    if (code === 'bad-token') {
      // What was stored belongs to another run of that name: the next attempt joins as a new device.
      this.#membership.forget();
      this.#status.change({}, 'Joins anew: the run does not know this device any more');
      return;
    }
    if (isErrorCode(code) && ERRORS[code].retryable) this.#status.change({}, message);
    else this.#refused(code, message);
  }

  #onWelcome(link: CoordinatorLink, welcome: Welcome): void {
    const { settings, resumed, deviceId } = welcome;
    const misfit = misfitOf(this.#ports.images, settings);
    if (misfit !== undefined) {
      this.#refused('wrong-data', misfit);
      return;
    }
    const trainer = this.#trainerFor(settings);
    trainer.restore(this.#membership.welcome(welcome));
    this.#training = new Training({
      link,
      spec: runSpec(settings),
      trainer,
      status: this.#status,
      clock: this.#ports.clock,
      onSamples: (samples) => {
        this.#ports.onSamples(samples);
      },
      power: () => this.#power,
      isPaused: () => this.#paused !== undefined,
      later: (task) => {
        this.#enqueue(link, task);
      },
      onProgress: () => {
        this.#retry.reset();
      },
    });
    this.#status.change({ deviceId, settings }, resumed ? 'Back in the run' : 'Joined the run');
    if (this.#paused !== undefined) link.tell({ type: 'intent', intent: 'pause', reason: this.#paused });
    if (this.#finishing) link.tell({ type: 'intent', intent: 'finish' });
  }

  #trainerFor(settings: RunSettings): Trainer {
    if (this.#trainer && isSame(this.#trainer.settings, settings)) return this.#trainer.trainer;
    this.#trainer?.trainer.dispose();
    const { images, random, clock, pace, makeHalf } = this.#ports;
    const spec = runSpec(settings);
    const own = makeHalf && { makeHalf };
    const trainer = new Trainer({ spec, settings, images, random, clock, pace, ...own });
    this.#trainer = { trainer, settings };
    return trainer;
  }

  #onCommitted(link: CoordinatorLink, round: number): void {
    if (!this.#trainer || !link.welcome) return;
    const { trainer } = this.#trainer;
    trainer.commit();
    this.#membership.committed(link.welcome, round, trainer.committed);
    this.#status.change({}, `Round ${round + 1} is finished and saved`);
  }

  #tell(message: DeviceMessage): void {
    if (this.#link?.welcome) this.#link.tell(message);
  }

  #dropStep(): void {
    this.#turns.add(() => this.#trainer?.trainer.abandonStep());
  }

  /** Does something for this connection when everything before it is done. */
  #enqueue(link: CoordinatorLink, task: () => unknown): void {
    // Of a connection that is gone nothing counts any more.
    const isAdded = this.#turns.add(() => (this.#link === link ? task() : undefined));
    if (!isAdded) link.close('too-many-messages');
  }

  /** An engine fault or a number that is not finite costs the step; anything else ends the connection or the loop. */
  #fail(link: CoordinatorLink, error: unknown): void {
    const { code, message } = faultOf(error);
    const step = this.#trainer?.trainer.step;
    this.#trainer?.trainer.abandonStep();
    this.#status.change({}, message);
    const { run } = link.welcome ?? {};
    if (step && run !== undefined) {
      link.tell({ type: 'step-failed', run, round: step.round, step: step.step, code });
    } else if (ERRORS[code].retryable) link.close(code);
    else this.#refused(code, message);
  }
}

function faultOf(error: unknown): Pick<TesseraError, 'code' | 'message'> {
  if (error instanceof TesseraError) return error;
  return { code: 'engine-failed', message: error instanceof Error ? error.message : 'The engine failed.' };
}

function isSame(a: RunSettings, b: RunSettings): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
