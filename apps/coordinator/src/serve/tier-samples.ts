// Images of the global model and of every community's last upload, drawn in a thread of their own as versions pass.
import type { CancelTimer, Clock } from '@tessera/core/clock';
import { type CloudCheckpoint, communitiesOf } from '@tessera/core/cloud';
import { runSpec } from '@tessera/core/protocol';
import { drawSamples, type LogEvent, roundSamples } from '@tessera/core/session';
import type { NamedTensors } from '@tessera/core/tensors';
import { WorkerBody } from '../body/index.ts';
import type { Config } from '../config/index.ts';
import type { CloudStore } from '../store/index.ts';

/** Milliseconds between two drawings: an asynchronous cloud merges more often than anybody looks. */
const EVERY_MS = 3_000;

export interface TierSamplesParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: LogEvent;
  readonly store: CloudStore;
}

/** Draws samples; a failure costs a picture, never the cloud. */
export class TierSamples {
  readonly #parts: TierSamplesParts;
  readonly #body: WorkerBody;
  #versions: readonly number[];
  #drawn: number;
  #busy = false;
  /** Settles when what is being drawn is drawn. */
  #drawing: Promise<void> = Promise.resolve();
  #cancelTimer: CancelTimer = () => undefined;
  #closed = false;

  static async open(parts: TierSamplesParts): Promise<TierSamples> {
    const { config, log, store } = parts;
    const body = await WorkerBody.start({
      settings: config.run,
      engine: config.server.engine ?? 'auto',
      onCrash: (reason) => {
        log('warn', 'samples-failed', { reason });
      },
    });
    return new TierSamples(parts, body, await store.sampleRounds());
  }

  private constructor(parts: TierSamplesParts, body: WorkerBody, versions: readonly number[]) {
    this.#parts = parts;
    this.#body = body;
    this.#versions = versions;
    this.#drawn = versions.at(-1) ?? 0;
  }

  /** Versions of the global model of which there are samples. */
  get versions(): readonly number[] {
    return this.#versions;
  }

  /** Draws the newest version where it has not been drawn yet. */
  follow(): void {
    const { newest } = this.#parts.store;
    if (this.#busy || this.#closed || !newest || newest.version <= this.#drawn) return;
    this.#busy = true;
    this.#drawing = this.#draw(newest).finally(() => {
      if (this.#closed) return;
      this.#cancelTimer = this.#parts.clock.after(EVERY_MS, () => {
        this.#busy = false;
        this.follow();
      });
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelTimer();
    await this.#drawing;
    await this.#body.close();
  }

  async #draw({ version, generator, uploads }: CloudCheckpoint): Promise<void> {
    const { config, log, store } = this.#parts;
    const spec = runSpec(config.run);
    const generators = new Map<number, NamedTensors>([[0, generator]]);
    for (const merged of communitiesOf([...uploads.values()]))
      generators.set(merged.community + 1, merged.generator);
    try {
      const groups = await drawSamples(this.#body, spec, { seed: config.run.seed, generators });
      await store.saveSamples(roundSamples(version, spec, groups));
      this.#versions = await store.sampleRounds();
    } catch (error) {
      log('warn', 'samples-failed', {
        version,
        reason: error instanceof Error ? error.message : String(error),
      });
    }
    this.#drawn = version;
  }
}
