// What makes a device the same one after a reload: its token and its segments, in its own storage.
import { strategyOf } from '../strategy/index.ts';
import type { Welcome } from './coordinator-link.ts';
import type { DeviceMemory, DeviceStorage } from './ports.ts';
import type { Segments } from './trainer.ts';

/** The device's memory of one run; a storage that fails costs the way back after a reload, not the training. */
export class Membership {
  readonly #runId: string | undefined;
  readonly #storage: DeviceStorage;
  readonly #onFailure: (reason: string) => void;
  #memory: DeviceMemory | undefined;
  /** What it trained in a run that does not know its token any more. */
  #own: Segments = {};

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

  /**
   * Takes the token of a welcome; returns the segments to go on with. They count only with the commit that they belong to,
   * unless the device is the only one that has them.
   */
  welcome({ token, resumed, settings }: Welcome): Segments {
    const isOwn = strategyOf(settings.strategy).keepsDiscriminator === true;
    const { committedRound = -1 } = (resumed ? this.#memory : undefined) ?? {};
    const { layers, moments } = isOwn ? (this.#memory ?? this.#own) : resumed ? (this.#memory ?? {}) : {};
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
    const { layers, moments } = this.#memory ?? {};
    this.#own = { ...(layers && { layers }), ...(moments && { moments }) };
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
