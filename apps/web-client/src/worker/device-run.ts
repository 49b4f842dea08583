// One device loop on one engine: what the page asks goes in, what the loop tells comes out as messages.
import { systemClock } from '@tessera/core/clock';
import { BatchSource, type ImageSet } from '@tessera/core/data';
import {
  type DeviceEngine,
  type DeviceIdentity,
  DeviceLoop,
  type DeviceStorage,
  type PowerSetting,
} from '@tessera/core/device';
import type { Connection } from '@tessera/core/protocol';
import { Random } from '@tessera/core/random';
import type { DeviceStatus, PauseReason, WorkerMessage } from './messages.ts';

export interface DeviceRunParts {
  readonly identity: DeviceIdentity;
  readonly engine: DeviceEngine;
  readonly images: ImageSet;
  readonly storage: DeviceStorage;
  readonly connect: () => Promise<Connection>;
  readonly post: (message: WorkerMessage) => void;
}

/** Takes part in the run until it leaves, is refused, or is abandoned. */
export class DeviceRun {
  readonly #parts: DeviceRunParts;
  readonly #loop: DeviceLoop;
  #connection: Connection | undefined;
  #abandoned = false;

  constructor(parts: DeviceRunParts) {
    this.#parts = parts;
    const random = new Random([...crypto.getRandomValues(new Uint32Array(4))].join(' '));
    this.#loop = new DeviceLoop(parts.identity, {
      connect: () => this.#connect(),
      clock: systemClock,
      random,
      engine: parts.engine,
      images: new BatchSource(parts.images, random.fork('images')),
      storage: parts.storage,
      onStatus: (status) => this.#post({ type: 'status', status: withTimesOfDay(status) }),
      onSamples: ({ round, images }) => this.#post({ type: 'samples', round, pixels: bytesOf(images.data) }),
    });
  }

  start(): Promise<void> {
    return this.#loop.start();
  }

  pause(reason: PauseReason): void {
    this.#loop.pause(reason);
  }

  resume(): void {
    this.#loop.resume();
  }

  finish(): void {
    this.#loop.finish();
  }

  leave(): void {
    this.#loop.leave();
  }

  setPower(power: PowerSetting): void {
    this.#loop.power = power;
  }

  /**
   * Drops the loop without leaving the run, because its engine is gone: the connection closes and is not made again.
   * Another DeviceRun with the same storage takes its place.
   */
  abandon(reason: string): void {
    this.#abandoned = true;
    this.#connection?.close(reason);
  }

  async #connect(): Promise<Connection> {
    if (this.#abandoned) return new Promise(() => undefined);
    this.#connection = await this.#parts.connect();
    return this.#connection;
  }

  #post(message: WorkerMessage): void {
    if (!this.#abandoned) this.#parts.post(message);
  }
}

/** The loop counts milliseconds on the Worker's own clock; the page compares with the time of day. */
function withTimesOfDay(status: DeviceStatus): DeviceStatus {
  const { current } = status;
  const origin = performance.timeOrigin;
  return {
    ...status,
    current:
      current.state === 'reconnecting' ? { ...current, nextTryAtMs: current.nextTryAtMs + origin } : current,
    events: status.events.map((event) => ({ ...event, atMs: event.atMs + origin })),
  };
}

/** Pixels in [-1, 1] as bytes. */
export function bytesOf(pixels: Float32Array): Uint8Array {
  return Uint8Array.from(pixels, (value) => Math.max(0, Math.min(255, Math.round((value + 1) * 127.5))));
}
