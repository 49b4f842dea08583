// The judge of an experiment: a scorer for each domain, and what it says of the generators.
import type { ImageSet } from '@tessera/core/data';
import type { DomainResults } from '@tessera/core/report';
import { type Classifier, domainAgreement, mostProbable, rightDomainShare } from '@tessera/core/metrics';
import { Random } from '@tessera/core/random';
import { pixelBytes } from '../report/index.ts';
import { type DomainReference, domainReference, evaluateDomain, scorerFor } from '../evaluate/index.ts';
import type { Draw } from './drawing.ts';
import type { Experiment } from './experiment.ts';
import type { JudgedDomain } from './judged-domains.ts';
import { judgePoints } from './points-judge.ts';

/** What is told while the judge is at work. */
export interface JudgePorts {
  /** Where scorers are kept. */
  readonly scorerFolder: string;
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Most noise vectors whose images are compared from domain to domain. */
const MOST_COMPARED = 500;

/** Scores generators domain by domain. */
export class Judge {
  readonly #experiment: Experiment;
  readonly #ports: JudgePorts;
  readonly #domains: readonly JudgedDomain[];
  /** Of images. */
  readonly #references: ReadonlyMap<string, DomainReference>;
  /** Scorers that tell domains apart, by the mixture of these. */
  readonly #looks: ReadonlyMap<string, Classifier>;
  /** Sentences for the report. */
  readonly notes: readonly string[];

  /** Trains the scorers, or takes kept ones. */
  static async open(
    experiment: Experiment,
    domains: readonly JudgedDomain[],
    ports: JudgePorts,
  ): Promise<Judge> {
    const references = new Map<string, DomainReference>();
    const looks = new Map<string, Classifier>();
    const notes: string[] = [];
    const scorerOf = async (train: ImageSet, what: string) => {
      const { scorer } = await scorerFor({
        train,
        epochs: experiment.evaluation.scorerEpochs,
        folder: ports.scorerFolder,
        signal: ports.signal,
        onNote: (note) => notes.push(note),
        onProgress: ({ done, total }) => {
          ports.say(`training the scorer of ${what}, ${Math.floor((100 * done) / total)} %`);
        },
      });
      return scorer;
    };
    for (const { name, train, test, kind, asked } of domains) {
      if (kind === 'points') continue;
      const scorer = await scorerOf(train, name);
      ports.say(`reading the test images of ${name}`);
      references.set(name, await domainReference({ test, scorer, signal: ports.signal }));
      if (asked.by === 'domain' && asked.looks)
        looks.set(name, await scorerOf(asked.looks, 'the domains’ looks'));
    }
    return new Judge(experiment, ports, { domains, references, looks, notes });
  }

  private constructor(
    experiment: Experiment,
    ports: JudgePorts,
    found: {
      readonly domains: readonly JudgedDomain[];
      readonly references: ReadonlyMap<string, DomainReference>;
      readonly looks: ReadonlyMap<string, Classifier>;
      readonly notes: readonly string[];
    },
  ) {
    this.#experiment = experiment;
    this.#ports = ports;
    this.#domains = found.domains;
    this.#references = found.references;
    this.#looks = found.looks;
    this.notes = found.notes;
  }

  /** Image score and Fréchet distance on a domain of what is drawn; modes and points near them of points. */
  async score(domain: string, draw: Draw) {
    if (this.#find(domain).kind === 'points') {
      const { hit, nearby } = await this.#points(draw);
      return { score: null, frechet: null, modes: hit, nearby };
    }
    const { score, frechet } = await this.#evaluate(domain, draw, false);
    return { score: finite(score), frechet: finite(frechet) };
  }

  /** Everything that is measured at the end, on a domain; `known` is what the report says besides. */
  async final(
    domain: string,
    known: Pick<DomainResults, 'name' | 'devices' | 'trainImages' | 'testImages' | 'notes'>,
    draw: Draw,
  ): Promise<DomainResults> {
    if (this.#find(domain).kind === 'points') {
      const { hit, nearby, shares } = await this.#points(draw);
      return { ...known, ...NOT_JUDGED, coverage: [...shares], modes: hit, nearby };
    }
    const found = await this.#evaluate(domain, draw, this.#experiment.evaluation.classifier);
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
      ...(await this.#across(domain, draw)),
    };
  }

  dispose(): void {
    for (const { scorer } of this.#references.values()) scorer.dispose();
    for (const scorer of this.#looks.values()) scorer.dispose();
  }

  #find(domain: string): JudgedDomain {
    const found = this.#domains.find(({ name }) => name === domain);
    if (!found) throw new RangeError(`there is no domain ${domain}`);
    return found;
  }

  #points(draw: Draw) {
    const { gaussians, evaluation, seed } = this.#experiment;
    return judgePoints(draw, { grid: gaussians, count: evaluation.images, seed });
  }

  /** What is drawn for one noise in every domain: whether it shows one class, and each time the domain that was asked for. */
  async #across(domain: string, draw: Draw): Promise<Pick<DomainResults, 'agreement' | 'rightDomain'>> {
    const { asked } = this.#find(domain);
    const reference = this.#references.get(domain);
    if (asked.by === 'class' || asked.domains < 2 || !reference) return {};
    const { signal } = this.#ports;
    const { evaluation, seed } = this.#experiment;
    const count = Math.min(MOST_COMPARED, evaluation.images);
    const noise = new Random(`${seed}/agreement`).nextUint32();
    const drawn: Uint8Array[] = [];
    for (let k = 0; k < asked.domains; k++)
      drawn.push(pixelBytes((await draw(new Int32Array(count).fill(k), noise)).data));
    const answersOf = async (scorer: Classifier): Promise<Uint8Array[]> => {
      const answers: Uint8Array[] = [];
      for (const images of drawn)
        answers.push(mostProbable(await scorer.probabilities(images, signal), scorer.classes));
      return answers;
    };
    const looks = this.#looks.get(domain);
    return {
      ...(asked.sameClasses && { agreement: domainAgreement(await answersOf(reference.scorer)) }),
      ...(looks && { rightDomain: rightDomainShare(await answersOf(looks)) }),
    };
  }

  #evaluate(domain: string, draw: Draw, full: boolean) {
    const reference = this.#references.get(domain);
    if (!reference) throw new RangeError(`there is no domain ${domain}`);
    const { asked } = this.#find(domain);
    const { evaluation, seed, run } = this.#experiment;
    const { say, signal } = this.#ports;
    return evaluateDomain({
      reference,
      seed,
      full,
      signal,
      sample: (labels, noise) => draw(askedFor(labels, asked), noise),
      settings: {
        scoreSamples: evaluation.images,
        classifierSamples: evaluation.classifierImages,
        classifierEpochs: evaluation.classifierEpochs,
        labels: run.condition === 'classes' ? 'given' : 'by-scorer',
      },
      onProgress: ({ stage, done, total }) => {
        say(`${domain}: ${stage}, ${Math.floor((100 * done) / total)} %`);
      },
    });
  }
}

/** The labels that the generator is asked for: those that are wanted, or its domains in turn. */
export function askedFor(labels: Int32Array, asked: JudgedDomain['asked']): Int32Array {
  return asked.by === 'class' ? labels : labels.map((_, i) => i % asked.domains);
}

/** What is not measured of points. */
const NOT_JUDGED = {
  accuracy: null,
  precision: null,
  recall: null,
  f1: null,
  fpr: null,
  score: null,
  frechet: null,
  realAccuracy: null,
  realScore: null,
} as const;

/** JSON has no NaN. */
function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
