// Generated images for the devices' next round, where the strategy shares any: made anew from every commit.
import type { GanSpec } from '../architecture/index.ts';
import type { RunSettings } from '../protocol/index.ts';
import { Random } from '../random.ts';
import { strategyOf, syntheticLabels, type SyntheticSharing } from '../strategy/index.ts';
import type { PlainTensor } from '../tensors/index.ts';
import type { BodyQueue } from './body-queue.ts';
import type { LogEvent } from './ports.ts';
import { reasonOf } from './reason.ts';
import { type CommittedWeights, generators } from './run-weights.ts';

export interface HandoutParts {
  readonly settings: RunSettings;
  readonly spec: GanSpec;
  readonly body: BodyQueue;
  readonly log: LogEvent;
}

/** A commit, and who was placed in which of its clusters. */
export interface PlacedCommit {
  readonly round: number;
  readonly weights: CommittedWeights;
  readonly clusters: ReadonlyMap<string, number>;
}

/** Images by device id. */
export type Handout = ReadonlyMap<string, PlainTensor>;

/**
 * Nothing of it is stored: weights and seed give the same images again after a restart. A device that was not in the
 * last round gets none, and none of its are given.
 */
export class Handouts {
  readonly #parts: HandoutParts;
  #images: Handout = new Map();

  constructor(parts: HandoutParts) {
    this.#parts = parts;
  }

  /** What this device is given for the next round; undefined: nothing. */
  of(id: string): PlainTensor | undefined {
    return this.#images.get(id);
  }

  /** These are given from now on. */
  use(images: Handout): void {
    this.#images = images;
  }

  /** Lets every device's generator draw, and deals what came; a failure costs the images, not the round. */
  async make(commit: PlacedCommit): Promise<Handout> {
    const { settings, log } = this.#parts;
    const { synthetic } = strategyOf(settings.strategy);
    if (!synthetic || commit.weights.clusterLayers.size === 0) return new Map();
    const random = new Random(`${settings.seed}/synthetic/${commit.round}`);
    try {
      return synthetic.deal(await this.#drawn(commit, synthetic, random), random);
    } catch (error) {
      log('warn', 'handout-failed', { round: commit.round, reason: reasonOf(error) });
      return new Map();
    }
  }

  async #drawn({ weights, clusters }: PlacedCommit, synthetic: SyntheticSharing, random: Random) {
    const { spec, body } = this.#parts;
    const labels = syntheticLabels(synthetic, spec);
    const known = generators(weights, spec);
    const drawn = new Map<string, PlainTensor>();
    for (const [id, cluster] of [...clusters].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const generator = known.get(cluster);
      if (!generator) continue;
      const seed = random.nextUint32();
      drawn.set(id, await body.run((port) => port.sample({ generator, labels, seed })));
    }
    return drawn;
  }
}
