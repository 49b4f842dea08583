// Eq. 1: the global generator as the average of the communities', weighed by the softmax of their scores.
import { networkParameters, pickTensors, softmax, weightedAverage } from '../federate/index.ts';
import type { GanSpec } from '../architecture/index.ts';
import type { CommunityUpload, GlobalModel } from '../session/index.ts';
import { notFinite } from '../tensors/index.ts';

/**
 * G = sum_k softmax_k(score_k) G_k over every parameter, running statistics of batch normalisation included, in the order
 * of the communities' indices. Throws a RangeError without any upload.
 */
export function mergeCommunities(
  uploads: readonly Pick<CommunityUpload, 'community' | 'generator' | 'score'>[],
): Pick<GlobalModel, 'generator' | 'weights'> {
  const ordered = [...uploads].sort((a, b) => a.community - b.community);
  const weights = softmax(ordered.map(({ score }) => score));
  return {
    generator: weightedAverage(
      ordered.map(({ generator }, i) => ({ weight: weights[i] ?? 0, values: generator })),
    ),
    weights: new Map(ordered.map(({ community }, i) => [community, weights[i] ?? 0])),
  };
}

/** Throws a RangeError about an upload that this run cannot use; returns it with exactly the generator's tensors. */
export function checkedUpload(
  upload: CommunityUpload,
  { spec, communities }: { readonly spec: GanSpec; readonly communities: readonly string[] },
): CommunityUpload {
  const { community, score, iterations, round } = upload;
  const isIndex = Number.isInteger(community) && community >= 0 && community < communities.length;
  if (!isIndex)
    throw new RangeError(
      `There is no community ${community}: this run has ${communities.length}, counted from 0 (${communities.join(', ')}).`,
    );
  const name = communities[community] ?? '';
  if (!Number.isFinite(score))
    throw new RangeError(`Community "${name}" brought the score ${score}, which is not a finite number.`);
  if (!Number.isInteger(iterations) || iterations < 1)
    throw new RangeError(`Community "${name}" brought ${iterations} local iterations; at least 1 is needed.`);
  if (!Number.isInteger(round) || round < 0)
    throw new RangeError(`Community "${name}" brought its round ${round}; rounds are counted from 0.`);
  const { generator } = spec;
  const values = pickTensors(upload.generator, networkParameters(generator, 1, generator.blocks.length));
  if (values.size !== upload.generator.size)
    throw new RangeError(
      `Community "${name}" brought ${upload.generator.size} tensors where its generator has ${values.size}.`,
    );
  const spoilt = notFinite(values);
  if (spoilt !== undefined)
    throw new RangeError(`Community "${name}" brought "${spoilt}" with a number that is not finite.`);
  return { ...upload, generator: values };
}
