// The device's status as the volunteer's page shows it; every list in it is bounded.
import type { Clock } from '../clock.ts';
import { MAXIMUM_EVENTS, MAXIMUM_LOSS_POINTS } from './limits.ts';
import type { DeviceEngine, DeviceStatus, LossPoint } from './ports.ts';

/** Keeps the status and tells about every change. */
export class StatusKeeper {
  readonly #clock: Clock;
  readonly #tell: (status: DeviceStatus) => void;
  #status: DeviceStatus;

  constructor(clock: Clock, engine: DeviceEngine, tell: (status: DeviceStatus) => void) {
    this.#clock = clock;
    this.#tell = tell;
    this.#status = {
      current: { state: 'connecting' },
      engine,
      losses: [],
      bytesSent: 0,
      bytesReceived: 0,
      stepsDone: 0,
      stepsMissed: 0,
      events: [],
    };
  }

  get status(): DeviceStatus {
    return this.#status;
  }

  /** Changes some fields, with an event in words where something happened. */
  change(change: Partial<DeviceStatus>, event?: string): void {
    const events = event
      ? [...this.#status.events, { atMs: this.#clock.now(), text: event }].slice(-MAXIMUM_EVENTS)
      : this.#status.events;
    this.#status = { ...this.#status, ...change, events };
    this.#tell(this.#status);
  }

  /** Counts traffic; shown with the next change. */
  count(sent: number, received: number): void {
    this.#status = {
      ...this.#status,
      bytesSent: this.#status.bytesSent + sent,
      bytesReceived: this.#status.bytesReceived + received,
    };
  }

  stepMissed(step: number): void {
    this.change(
      { stepsMissed: this.#status.stepsMissed + 1 },
      `Too late for step ${step + 1}; goes on with the next`,
    );
  }

  stepDone(point: LossPoint, seconds: { readonly total: number; readonly compute: number }): void {
    this.change({
      stepsDone: this.#status.stepsDone + 1,
      losses: [...this.#status.losses, point].slice(-MAXIMUM_LOSS_POINTS),
      lastStep: {
        round: point.round,
        step: point.step,
        seconds: seconds.total,
        computeSeconds: seconds.compute,
      },
    });
  }
}
