// The paper's metrics of one generator on one domain (HuSCF-GAN, huscf-gan.md 4.2).
import { FEATURES } from '@tessera/core/architecture';
import {
  type ClassificationScores,
  classificationScores,
  type Coverage,
  coverage,
  featureMoments,
  frechetDistance,
  imageScore,
  mostProbable,
  trainClassifier,
} from '@tessera/core/metrics';
import { Random } from '@tessera/core/random';
import { type DrawnImages, drawImages, type SampleImages } from './draw-images.ts';
import type { DomainReference } from './reference.ts';

/** How much is drawn and trained; the defaults are the paper's. */
export interface EvaluationSettings {
  /** Images for the image score, the Fréchet distance and the coverage. */
  readonly scoreSamples: number;
  /** Images that the classifier is trained on. */
  readonly classifierSamples: number;
  readonly classifierEpochs: number;
  /**
   * The labels that the classifier learns: 'given' are those that the images were drawn for, 'by-scorer' those that the
   * scorer assigns, for generators without labels.
   */
  readonly labels: 'given' | 'by-scorer';
}

/** The paper's settings: whole batches of 64 up to 5,000 and 30,000 images, and 15 epochs. */
export const PUBLISHED_EVALUATION: EvaluationSettings = {
  scoreSamples: 4_992,
  classifierSamples: 29_952,
  classifierEpochs: 15,
  labels: 'given',
};

/** How far an evaluation is; `done` of `total` counts images, in a training those of all epochs. */
export interface EvaluationProgress {
  readonly stage: 'drawing' | 'drawing for the classifier' | 'training the classifier';
  readonly done: number;
  readonly total: number;
}

export interface EvaluateDomainOptions {
  readonly sample: SampleImages;
  readonly reference: DomainReference;
  /** Labels, noise and the classifier's training follow from it. */
  readonly seed: number;
  /** Whether to train a classifier on synthetic images and test it on real ones, which takes minutes. */
  readonly full?: boolean | undefined;
  readonly settings?: Partial<EvaluationSettings> | undefined;
  readonly onProgress?: ((progress: EvaluationProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A generator's metrics; accuracy, precision, recall, F1 and FPR (in percent) only of a full evaluation. */
export interface DomainEvaluation extends Partial<ClassificationScores> {
  /** The image score, 1 to the number of classes. */
  readonly score: number;
  /**
   * The Fréchet distance of the scorer's features from those of the real test images; it grows as images get fewer, so
   * only numbers from equally many images compare.
   */
  readonly frechet: number;
  readonly coverage: Coverage;
  /** The scorer's own accuracy on the real test images, in percent. */
  readonly realAccuracy: number;
  /** The image score of the real test images: what a perfect generator would reach. */
  readonly realScore: number;
}

/**
 * Evaluates a generator on a domain. Throws an Error when it draws something else than images of the domain's shape,
 * and the signal's reason when it is aborted.
 */
export async function evaluateDomain(options: EvaluateDomainOptions): Promise<DomainEvaluation> {
  const { reference, full = false } = options;
  const random = new Random(options.seed);
  const scores = await scoreImages(options, random.fork('score'));
  const classification = full ? await trainOnSynthetic(options, random.fork('classifier')) : {};
  const { realAccuracy, realScore } = reference;
  return { ...classification, ...scores, realAccuracy, realScore };
}

async function scoreImages(options: EvaluateDomainOptions, random: Random) {
  const { moments, scorer } = options.reference;
  const { scoreSamples } = settingsOf(options);
  const { images } = await draw(options, { random, count: scoreSamples, stage: 'drawing' });
  const { probabilities, features } = await scorer.answers(images, options.signal);
  return {
    score: imageScore(probabilities, scorer.classes),
    frechet: frechetDistance(featureMoments(features, FEATURES), moments),
    coverage: coverage(probabilities, scorer.classes),
  };
}

/** Trains on synthetic images, tests on the real ones. */
async function trainOnSynthetic(
  options: EvaluateDomainOptions,
  random: Random,
): Promise<ClassificationScores> {
  const { reference, onProgress, signal } = options;
  const { classifierSamples, classifierEpochs, labels } = settingsOf(options);
  const { scorer, test } = reference;
  const seed = random.nextUint32();
  const stage = 'drawing for the classifier';
  const drawn = await draw(options, { random, count: classifierSamples, stage });
  const assigned = labels === 'given' ? drawn.labels : await labelled(options, drawn);
  const classifier = await trainClassifier({
    set: { ...drawn, labels: assigned },
    classes: scorer.classes,
    kind: 'classifier',
    epochs: classifierEpochs,
    seed,
    onProgress: ({ done, total }) => onProgress?.({ stage: 'training the classifier', done, total }),
    signal,
  });
  try {
    const answers = mostProbable(await classifier.probabilities(test.images, signal), scorer.classes);
    return classificationScores(test.labels, answers);
  } finally {
    classifier.dispose();
  }
}

async function labelled({ reference, signal }: EvaluateDomainOptions, { images }: DrawnImages) {
  const { scorer } = reference;
  return mostProbable(await scorer.probabilities(images, signal), scorer.classes);
}

interface Draw {
  readonly random: Random;
  readonly count: number;
  readonly stage: EvaluationProgress['stage'];
}

function draw(options: EvaluateDomainOptions, { random, count, stage }: Draw): Promise<DrawnImages> {
  const { sample, reference, onProgress, signal } = options;
  return drawImages({
    sample,
    count,
    random,
    classes: reference.scorer.classes,
    shape: reference.test.shape,
    onProgress: (done) => onProgress?.({ stage, done, total: count }),
    signal,
  });
}

function settingsOf({ settings }: EvaluateDomainOptions): EvaluationSettings {
  return { ...PUBLISHED_EVALUATION, ...settings };
}
