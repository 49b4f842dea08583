// Eq. 1: the global generator as the average of the communities', each that of its edges, weighed by the softmax of their scores.
import { networkParameters, pickTensors, softmax, weightedAverage } from '../federate/index.ts';
import type { GanSpec } from '../architecture/index.ts';
import type { CommunityUpload, GlobalModel } from '../session/index.ts';
import type { EdgeUpload } from './edges.ts';
import { type NamedTensors, notFinite } from '../tensors/index.ts';

/** What Eq. 1 needs of an upload; without a seat its community has one edge. */
type Scored = Pick<EdgeUpload, 'community' | 'generator' | 'score'> & Partial<Pick<EdgeUpload, 'seat'>>;

/** A community as Eq. 1 takes it. */
export interface MergedCommunity {
  readonly community: number;
  readonly generator: NamedTensors;
  readonly score: number;
}

/**
 * The communities of these uploads, in the order of their indices: of several edges the average of their generators,
 * weighed by the softmax of their scores, with the plain mean of the scores; of one edge what it brought.
 */
export function communitiesOf(uploads: readonly Scored[]): readonly MergedCommunity[] {
  const indices = [...new Set(uploads.map(({ community }) => community))].sort((a, b) => a - b);
  return indices.map((community) => {
    const edges = uploads
      .filter((upload) => upload.community === community)
      .sort((a, b) => (a.seat ?? 0) - (b.seat ?? 0));
    const [only, ...more] = edges;
    if (only && more.length === 0) return { community, generator: only.generator, score: only.score };
    const shares = sharesOf(edges);
    const generator = weightedAverage(
      edges.map(({ seat = 0, generator: values }) => ({ weight: shares.get(seat) ?? 0, values })),
    );
    return { community, generator, score: meanScore(edges) };
  });
}

/** What each edge of one community counts in its generator, by seat: the softmax of their scores. */
export function sharesOf(edges: readonly Pick<Scored, 'seat' | 'score'>[]): ReadonlyMap<number, number> {
  if (edges.length === 0) return new Map();
  const weights = softmax(edges.map(({ score }) => score));
  return new Map(edges.map(({ seat = 0 }, i) => [seat, weights[i] ?? 0]));
}

/** The score of a community of these edges, at least one. */
export function meanScore(edges: readonly Pick<Scored, 'score'>[]): number {
  return edges.reduce((sum, { score }) => sum + score, 0) / edges.length;
}

/**
 * G = sum_k softmax_k(score_k) G_k over every parameter, running statistics of batch normalisation included, in the order
 * of the communities' indices. Throws a RangeError without any upload.
 */
export function mergeCommunities(uploads: readonly Scored[]): Pick<GlobalModel, 'generator' | 'weights'> {
  const ordered = communitiesOf(uploads);
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
