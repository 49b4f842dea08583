// What the generators of an experiment are measured against: each domain by itself, or what all make together.
import { type ImageSet, takeImages } from '@tessera/core/data';
import type { Domain } from '../domains/index.ts';
import type { Experiment } from './experiment.ts';

/** A domain of the report. */
export interface JudgedDomain extends Domain {
  /** 'points' are judged by their modes, images by a scorer. */
  readonly kind: 'images' | 'points';
  /** What the generator is asked for, where that is not the class: nothing, or each of so many domains in turn. */
  readonly asked: AskedFor;
}

export type AskedFor =
  | { readonly by: 'class' }
  | {
      readonly by: 'domain';
      readonly domains: number;
      /** Whether an image can show the same class in each of them. */
      readonly sameClasses: boolean;
      /** Some real images of each domain, labelled with it; absent of points. */
      readonly looks?: ImageSet;
    };

/** The domain that all make together. */
export const MIXTURE = 'All domains';

/**
 * Generators that know classes are judged domain by domain. One that knows nothing draws the mixture of all domains, whose
 * classes stand side by side (feature related); one that knows domains draws the same classes in each (label related).
 */
export function judgedDomains({ run }: Pick<Experiment, 'run'>, domains: readonly Domain[]): JudgedDomain[] {
  const points = domains.some(({ train }) => isPoints(train));
  const kind = points ? 'points' : 'images';
  if (run.condition === 'classes')
    return domains.map((domain) => ({ ...domain, kind, asked: { by: 'class' } }));
  // Images of one class in every domain: there is nothing but the domains to tell apart.
  const oneClass = domains.every(({ classes }) => classes.length === 1);
  const shared = points || (run.condition === 'domains' && !oneClass);
  const mixture = mixed(domains, shared);
  if (run.condition === 'none') return [{ ...mixture, kind, asked: { by: 'class' } }];
  const looks = points ? {} : { looks: looksOf(domains) };
  return [
    { ...mixture, kind, asked: { by: 'domain', domains: domains.length, sameClasses: shared, ...looks } },
  ];
}

/** Images of each domain from which its look is learned: looks are simpler than classes. */
const LOOKS_OF_EACH = 2_000;

function looksOf(domains: readonly Domain[]): ImageSet {
  const some = domains.map(({ train }, domain) => {
    const count = Math.min(LOOKS_OF_EACH, train.labels.length);
    const spread = Array.from({ length: count }, (_, i) => Math.floor((i * train.labels.length) / count));
    const set = takeImages(train, spread);
    return { ...set, labels: set.labels.map(() => domain) };
  });
  return joinedSets(some, { classes: domains.map(({ name }) => name) });
}

/** Whether a set holds points of the plane. */
export function isPoints({ shape }: Pick<ImageSet, 'shape'>): boolean {
  return shape[0] === 1 && shape[1] === 1 && shape[2] === 2;
}

/** All images of all domains, each image once; `shared` says that a class is the same in every domain. */
function mixed(domains: readonly Domain[], shared: boolean): Domain {
  const sources = domains.filter(
    (domain, i) => domains.findIndex(({ train }) => train === domain.train) === i,
  );
  const offsets = sources.map((_, i) =>
    shared ? 0 : sources.slice(0, i).reduce((sum, { classes }) => sum + classes.length, 0),
  );
  const [first] = sources;
  const several = sources.length > 1;
  const classes = shared
    ? (first?.classes ?? [])
    : sources.flatMap(({ name, classes }) => classes.map((known) => (several ? `${name}: ${known}` : known)));
  const joined = (part: 'train' | 'test') =>
    joinedSets(
      sources.map((domain) => domain[part]),
      { offsets, classes },
    );
  return {
    name: several ? MIXTURE : (first?.name ?? MIXTURE),
    classes,
    train: joined('train'),
    test: joined('test'),
    notes: [...new Set(sources.flatMap(({ name, notes }) => notes.map((note) => `${name}: ${note}`)))],
  };
}

/** Sets of one shape one after the other, their labels moved on by the offsets. */
export function joinedSets(
  sets: readonly ImageSet[],
  { offsets, classes }: { readonly offsets?: readonly number[]; readonly classes: readonly string[] },
): ImageSet {
  const images = new Uint8Array(sets.reduce((sum, set) => sum + set.images.length, 0));
  let at = 0;
  for (const set of sets) {
    images.set(set.images, at);
    at += set.images.length;
  }
  const labels = Uint8Array.from(
    sets.flatMap((set, i) => Array.from(set.labels, (label) => label + (offsets?.[i] ?? 0))),
  );
  return { shape: sets[0]?.shape ?? [0, 0, 0], images, labels, classNames: classes };
}
