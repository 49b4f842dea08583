// What makes a device the same one after a reload: its token and its segments, in its own storage.
import type { Welcome } from './coordinator-link.ts';
import type { DeviceMemory, DeviceStorage } from './ports.ts';
import type { Segments } from './trainer.ts';

/** The device's memory of one run; a storage that fails costs the way back after a reload, not the training. */
export class Membership {
  readonly #runId: string | undefined;
  readonly #storage: DeviceStorage;
  readonly #onFailure: (reason: string) => void;
  #memory: DeviceMemory | undefined;

  /** @param runId absent: the run is known with its welcome only. */
  constructor(runId: string | undefined, storage: DeviceStorage, onFailure: (reason: string) => void) {
    this.#runId = runId;
    this.#storage = storage;
    this.#onFailure = onFailure;
  }

  /** With what to resume; undefined for a device that is new here. */
  get resume(): Pick<DeviceMemory, 'token' | 'committedRound'> | undefined {
    const { token, committedRound } = this.#memory ?? {};
    return token === undefined || committedRound === undefined ? undefined : { token, committedRound };
  }

  /** Reads the storage; what cannot be read is as good as nothing. */
  async load(): Promise<void> {
    if (this.#runId === undefined) return;
    try {
      this.#memory = await this.#storage.load(this.#runId);
    } catch (error) {
      this.#onFailure(reasonOf(error));
    }
  }

  /** Takes the token of a welcome; returns the segments to go on with, none when they belong to another commit. */
  welcome({ token, resumed, settings }: Welcome): Segments {
    const { committedRound = -1, layers, moments } = (resumed ? this.#memory : undefined) ?? {};
    const segments = { ...(layers && { layers }), ...(moments && { moments }) };
    this.#keep(settings.id, { token, committedRound, ...segments });
    return segments;
  }

  /** A round that the device took part in is committed. */
  committed({ token, settings }: Welcome, committedRound: number, segments: Segments): void {
    this.#keep(settings.id, { token, committedRound, ...segments });
  }

  /** What was stored belongs to another run of that name. */
  forget(): void {
    this.#memory = undefined;
    if (this.#runId === undefined) return;
    this.#storage.forget(this.#runId).catch((error: unknown) => {
      this.#onFailure(reasonOf(error));
    });
  }

  #keep(runId: string, memory: DeviceMemory): void {
    this.#memory = memory;
    this.#storage.save(runId, memory).catch((error: unknown) => {
      this.#onFailure(reasonOf(error));
    });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'the storage failed';
}
