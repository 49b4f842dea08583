// A run's generators by the domain that they are judged in: drawn, scored and kept as pictures.
import { join } from 'node:path';
import type { DomainResults } from '@tessera/core/report';
import { strategyOf } from '@tessera/core/strategy';
import type { NamedTensors } from '@tessera/core/tensors';
import type { ExperimentDevice } from './devices.ts';
import { type Draw, drawingOf } from './drawing.ts';
import { gridColumns, slug, writeImages, writeSamples } from './generated-images.ts';
import type { Judge } from './judge.ts';
import type { JudgedDomain } from './judged-domains.ts';
import type { Progress } from './record.ts';
import type { RunExperimentOptions } from './run-experiment.ts';
import type { TrainedRun } from './trained-run.ts';
import { unlessInterrupted } from './unless-interrupted.ts';

/** Sample pictures are kept so many times over the rounds, and at the beginning and the end. */
const PICTURES = 10;

/** What is drawn, who judges it, and where it goes. */
export interface GalleryParts extends Pick<RunExperimentOptions, 'experiment' | 'out' | 'io'> {
  readonly progress: Progress;
  readonly devices: readonly ExperimentDevice[];
  readonly run: TrainedRun;
  readonly judge: Judge;
  readonly judged: readonly JudgedDomain[];
}

/** What the report has a row of: a domain, and who draws it. */
export interface Exhibit {
  readonly name: string;
  readonly domain: JudgedDomain;
  readonly by: 'group' | 'communities';
}

/** The row of what communities draw together, each an equal share with its generator as it came to the last merge. */
const TOGETHER = 'Communities before merging';

/** What the generators draw, round by round and at the end. */
export class Gallery {
  readonly #parts: GalleryParts;

  constructor(parts: GalleryParts) {
    this.#parts = parts;
  }

  /** A row for each domain; where communities share features, one of what they draw before they are merged. */
  exhibits(): readonly Exhibit[] {
    const { judged, experiment } = this.#parts;
    const related = strategyOf(experiment.strategy).tiers?.related;
    return judged.flatMap((domain): Exhibit[] => [
      { name: domain.name, domain, by: 'group' },
      ...(related === 'feature' ? [{ name: TOGETHER, domain, by: 'communities' } as const] : []),
    ]);
  }

  /** Scores of a round after which they are wanted; none when somebody presses Ctrl-C meanwhile: the round counts. */
  async scores(done: number): Promise<Progress['rounds'][number]['domains']> {
    const { experiment, io, judge } = this.#parts;
    const { everyRounds } = experiment.evaluation;
    if (everyRounds === 0 || (done + 1) % everyRounds > 0) return [];
    const score = async () => {
      const scores = [];
      for (const exhibit of this.exhibits()) {
        const { name, domain } = exhibit;
        scores.push({ name, ...(await judge.score(domain.name, this.#drawOf(exhibit))) });
      }
      return scores;
    };
    return (await unlessInterrupted(io.interrupted, score)) ?? [];
  }

  /** Writes the round's sample pictures and notes them, if it is one of those that are kept. */
  async keepSamples(round: number): Promise<void> {
    const { out, progress } = this.#parts;
    const { rounds, condition } = this.#parts.run.settings;
    const every = Math.max(1, Math.round(rounds / PICTURES));
    if (round % every !== 0 && round !== rounds) return;
    for (const exhibit of this.exhibits()) {
      const { name, domain } = exhibit;
      const file = `samples/round-${String(round).padStart(5, '0')}-${slug(name)}.png`;
      const drawing = this.#drawing(exhibit);
      await writeSamples(join(out, file), drawing);
      progress.samples.push({
        round,
        group: round === 0 ? null : this.#groupOf(domain.name),
        domain: name,
        file,
        classes: condition === 'classes' ? [...domain.classes] : [],
        columns: gridColumns(drawing),
      });
    }
  }

  /** The row's figures at the end; unmeasured where the run is not done (`full`) or was interrupted. */
  async final(exhibit: Exhibit, full: boolean): Promise<DomainResults> {
    const { name, domain } = exhibit;
    const { train, test, notes } = domain;
    const { experiment, devices, out, io } = this.#parts;
    const own = devices.filter((device) => device.domain === domain.name).length;
    const known = {
      name,
      // A mixture is that of all devices.
      devices: own === 0 ? devices.length : own,
      trainImages: train.labels.length,
      testImages: test.labels.length,
      notes: [...notes],
    };
    const measure = async () => {
      if (!full || io.interrupted.aborted) return undefined;
      const { classifierImages: images } = experiment.evaluation;
      await writeImages(out, { domain: name, images }, this.#drawing(exhibit));
      return this.#parts.judge.final(domain.name, known, this.#drawOf(exhibit));
    };
    return (await unlessInterrupted(io.interrupted, measure)) ?? { ...known, ...NOT_MEASURED };
  }

  /** The group of the domain's first device: the paper scores that device's generator. */
  #groupOf(domain: string): number {
    const { groups, names } = this.#parts.run.view();
    const own = this.#parts.devices.filter((device) => device.domain === domain).map(({ name }) => name);
    const ids = Object.entries(names).flatMap(([id, name]) => (own.includes(name) ? [id] : []));
    return groups.at(-1)?.of[ids.sort()[0] ?? ''] ?? 0;
  }

  #generatorOf(domain: string): NamedTensors {
    const generators = this.#parts.run.generators();
    const [any] = generators.values();
    const generator = generators.get(this.#groupOf(domain)) ?? any;
    if (!generator) throw new RangeError('there is no generator yet');
    return generator;
  }

  /** Before the first merge communities have nothing of their own yet. */
  #drawOf({ domain, by }: Exhibit): Draw {
    const { run } = this.#parts;
    const own = by === 'communities' ? run.communityGenerators() : [];
    return drawingOf(run.body, own.length > 0 ? own : [this.#generatorOf(domain.name)]);
  }

  #drawing(exhibit: Exhibit) {
    const { spec, settings } = this.#parts.run;
    const { condition, seed } = settings;
    const { gaussians: grid } = this.#parts.experiment;
    return { draw: this.#drawOf(exhibit), spec, seed, asked: exhibit.domain.asked, condition, grid };
  }
}

const NOT_MEASURED = {
  accuracy: null,
  precision: null,
  recall: null,
  f1: null,
  fpr: null,
  score: null,
  frechet: null,
  coverage: null,
  realAccuracy: null,
  realScore: null,
} as const;
