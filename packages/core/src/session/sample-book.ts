// The samples of every group after each round: drawn, kept, and looked at for signs of failure.
import { drawsPoints } from '../architecture/index.ts';
import type { NamedTensors } from '../tensors/index.ts';
import { type Likeness, likenessOf } from './likeness.ts';
import type { RunParts } from './run-parts.ts';
import { drawSamples, type GroupPixels, roundSamples } from './samples.ts';

/** Draws samples; a failure costs a picture, never the run. */
export class SampleBook {
  readonly #parts: RunParts;
  /** Told when there are new samples. */
  readonly #changed: () => void;
  #rounds: readonly number[];
  #likeness: Likeness | undefined;

  constructor(parts: RunParts, changed: () => void) {
    this.#parts = parts;
    this.#changed = changed;
    this.#rounds = parts.sampleRounds;
  }

  /** Numbers of finished rounds for which samples are kept; 0 is before the first. */
  get rounds(): readonly number[] {
    return this.#rounds;
  }

  /** How alike the last samples are; undefined before the first of this start. */
  get likeness(): Likeness | undefined {
    return this.#likeness;
  }

  /** Draws and keeps the samples of these generators, by group. */
  async save(round: number, generators: ReadonlyMap<number, NamedTensors>): Promise<void> {
    const { context, body, ports } = this.#parts;
    const { store, log } = ports;
    const { spec, settings } = context;
    try {
      const groups = await body.run((port) => drawSamples(port, spec, { seed: settings.seed, generators }));
      await store.saveSamples(roundSamples(round, spec, groups));
      // Points have no contrast to compare with.
      if (!drawsPoints(spec)) this.#likeness = likenessOf(this.#ofThisRun(groups));
      this.#rounds = await store.sampleRounds();
      this.#changed();
    } catch (error) {
      log('warn', 'samples-failed', { round, reason: error instanceof Error ? error.message : 'unknown' });
    }
  }

  /** The pictures of each group; of an edge only its community's, for the global ones beside them are no group. */
  #ofThisRun(groups: readonly GroupPixels[]) {
    const isEdge = this.#parts.context.settings.communities.length > 0;
    return groups.filter(({ cluster }) => !isEdge || cluster === 0).map(({ images }) => images);
  }
}
