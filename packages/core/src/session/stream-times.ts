// Where the time of each update went when devices step by themselves, each in a stream of its own.
import type { Moment, StepTimes } from './history.ts';

interface OpenUpdate {
  readonly began: Moment;
  bodySeconds: number;
}

/** Steps under way by device id; a step's times are known when its device has reported it. */
export class StreamTimes {
  readonly #open = new Map<string, OpenUpdate>();
  readonly #ended = new Map<string, Omit<StepTimes, 'deviceSeconds'>>();

  /** The device begins a step; one that it did not end counts nowhere. */
  begin(id: string, now: Moment): void {
    this.#open.set(id, { began: now, bodySeconds: 0 });
  }

  bodyComputed(id: string, seconds: number): void {
    const update = this.#open.get(id);
    if (update) update.bodySeconds += seconds;
  }

  /** The device's answer has moved the generator. */
  end(id: string, now: Moment): void {
    const update = this.#open.get(id);
    this.#open.delete(id);
    if (!update) return;
    const { began, bodySeconds } = update;
    this.#ended.set(id, {
      totalSeconds: (now.nowMs - began.nowMs) / 1000,
      bodySeconds,
      bytes: now.bytes - began.bytes,
    });
  }

  /** The times of the step that the device has ended and reports; undefined where it has ended none since its last report. */
  reported(id: string, deviceSeconds: number): StepTimes | undefined {
    const times = this.#ended.get(id);
    this.#ended.delete(id);
    return times && { ...times, deviceSeconds };
  }

  /** Forgets what is under way. */
  clear(): void {
    this.#open.clear();
    this.#ended.clear();
  }
}
