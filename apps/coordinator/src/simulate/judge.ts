// The judge of an experiment: a scorer for each domain, and what it says of the generators.
import type { DomainResults } from '@tessera/core/report';
import type { BodyPort } from '@tessera/core/session';
import type { NamedTensors } from '@tessera/core/tensors';
import type { Domain } from '../domains/index.ts';
import { type DomainReference, domainReference, evaluateDomain, scorerFor } from '../evaluate/index.ts';
import type { Experiment } from './experiment.ts';

/** What is told while the judge is at work. */
export interface JudgePorts {
  readonly body: Pick<BodyPort, 'sample'>;
  /** Where scorers are kept. */
  readonly scorerFolder: string;
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Scores generators domain by domain. */
export class Judge {
  readonly #experiment: Experiment;
  readonly #ports: JudgePorts;
  readonly #references: ReadonlyMap<string, DomainReference>;
  /** Sentences for the report. */
  readonly notes: readonly string[];

  /** Trains the scorers, or takes kept ones. */
  static async open(experiment: Experiment, domains: readonly Domain[], ports: JudgePorts): Promise<Judge> {
    const references = new Map<string, DomainReference>();
    const notes: string[] = [];
    for (const { name, train, test } of domains) {
      const { scorer } = await scorerFor({
        train,
        epochs: experiment.evaluation.scorerEpochs,
        folder: ports.scorerFolder,
        signal: ports.signal,
        onNote: (note) => notes.push(note),
        onProgress: ({ done, total }) => {
          ports.say(`training the scorer of ${name}, ${Math.floor((100 * done) / total)} %`);
        },
      });
      ports.say(`reading the test images of ${name}`);
      references.set(name, await domainReference({ test, scorer, signal: ports.signal }));
    }
    return new Judge(experiment, ports, { references, notes });
  }

  private constructor(
    experiment: Experiment,
    ports: JudgePorts,
    found: { references: ReadonlyMap<string, DomainReference>; notes: readonly string[] },
  ) {
    this.#experiment = experiment;
    this.#ports = ports;
    this.#references = found.references;
    this.notes = found.notes;
  }

  /** Image score and Fréchet distance of a generator ('generator.block1…') on a domain. */
  async score(domain: string, generator: NamedTensors) {
    const { score, frechet } = await this.#evaluate(domain, generator, false);
    return { name: domain, score: finite(score), frechet: finite(frechet) };
  }

  /** Everything that is measured at the end; `known` says what the domain is. */
  async final(
    known: Pick<DomainResults, 'name' | 'devices' | 'trainImages' | 'testImages' | 'notes'>,
    generator: NamedTensors,
  ): Promise<DomainResults> {
    const found = await this.#evaluate(known.name, generator, this.#experiment.evaluation.classifier);
    return {
      ...known,
      accuracy: finite(found.accuracy),
      precision: finite(found.precision),
      recall: finite(found.recall),
      f1: finite(found.f1),
      fpr: finite(found.fpr),
      score: finite(found.score),
      frechet: finite(found.frechet),
      coverage: [...found.coverage.shares],
      realAccuracy: found.realAccuracy,
      realScore: finite(found.realScore),
    };
  }

  dispose(): void {
    for (const { scorer } of this.#references.values()) scorer.dispose();
  }

  #evaluate(domain: string, generator: NamedTensors, full: boolean) {
    const reference = this.#references.get(domain);
    if (!reference) throw new RangeError(`there is no domain ${domain}`);
    const { evaluation, seed } = this.#experiment;
    const { body, say, signal } = this.#ports;
    return evaluateDomain({
      reference,
      seed,
      full,
      signal,
      sample: (labels, noise) => body.sample({ generator, labels, seed: noise }),
      settings: {
        scoreSamples: evaluation.images,
        classifierSamples: evaluation.classifierImages,
        classifierEpochs: evaluation.classifierEpochs,
        labels: 'given',
      },
      onProgress: ({ stage, done, total }) => {
        say(`${domain}: ${stage}, ${Math.floor((100 * done) / total)} %`);
      },
    });
  }
}

/** JSON has no NaN. */
function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
