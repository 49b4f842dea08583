// What the generators of a domain are measured against: its real test images as its scorer sees them.
import { FEATURES } from '@tessera/core/architecture';
import type { ImageSet } from '@tessera/core/data';
import {
  type Classifier,
  classificationScores,
  type FeatureMoments,
  featureMoments,
  imageScore,
  mostProbable,
} from '@tessera/core/metrics';

/** A domain's real test images and its scorer, ready for any number of evaluations. */
export interface DomainReference {
  readonly test: ImageSet;
  readonly scorer: Classifier;
  /** Of the scorer's features of the test images. */
  readonly moments: FeatureMoments;
  /** The scorer's accuracy on the test images, in percent: what a generator's scores can be trusted with. */
  readonly realAccuracy: number;
  /** The image score of the test images themselves: what a perfect generator would reach with this scorer. */
  readonly realScore: number;
}

/** Reads the test images once; the scorer stays the caller's, and in use. */
export async function domainReference({
  test,
  scorer,
  signal,
}: {
  readonly test: ImageSet;
  readonly scorer: Classifier;
  readonly signal?: AbortSignal | undefined;
}): Promise<DomainReference> {
  const { features, probabilities } = await scorer.answers(test.images, signal);
  return {
    test,
    scorer,
    moments: featureMoments(features, FEATURES),
    realAccuracy: classificationScores(test.labels, mostProbable(probabilities, scorer.classes)).accuracy,
    realScore: imageScore(probabilities, scorer.classes),
  };
}
