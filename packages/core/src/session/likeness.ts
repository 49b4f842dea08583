// How alike generated pictures are: a generator that has collapsed draws the same whatever it is asked for.

/** Ratios of spread to contrast: 0 for identical pictures, about 1 for unrelated ones. */
export interface Likeness {
  /** For each group, between the pictures of its classes; 1 for a single class. */
  readonly classes: readonly number[];
  /** Between the groups' pictures of the same class and noise; 1 for a single group. */
  readonly groups: number;
}

/** Grey levels that a byte picture varies by rounding alone; contrast below it counts as this much. */
const LEAST_CONTRAST = 1;

/**
 * Measures the pictures of one round, [group][class]. Spread is the mean absolute distance of a set of pictures from
 * their mean picture, contrast the mean absolute distance of each picture's bytes from that picture's own mean; their
 * ratio does not depend on how bright or how far trained the pictures are.
 */
export function likenessOf(groups: readonly (readonly Uint8Array[])[]): Likeness {
  const classes = groups.map((pictures) => spreadOverContrast([pictures]));
  const byClass = (groups[0] ?? []).map((_, i) => groups.flatMap((pictures) => pictures[i] ?? []));
  return { classes, groups: spreadOverContrast(byClass) };
}

/** The mean over several sets of pictures; 1 where no set has two. */
function spreadOverContrast(sets: readonly (readonly Uint8Array[])[]): number {
  const compared = sets.filter((pictures) => pictures.length > 1);
  if (compared.length === 0) return 1;
  const spread = mean(compared.map(spreadOf));
  const contrast = mean(compared.flat().map(deviationOf));
  return spread / Math.max(LEAST_CONTRAST, contrast);
}

function spreadOf(pictures: readonly Uint8Array[]): number {
  const size = pictures[0]?.length ?? 0;
  let sum = 0;
  for (let p = 0; p < size; p++) {
    const bytes = pictures.map((picture) => picture[p] ?? 0);
    sum += deviationOf(bytes);
  }
  return sum / Math.max(1, size);
}

/** The mean absolute distance from the mean. */
function deviationOf(values: ArrayLike<number>): number {
  const own = mean(values);
  return mean(Array.from(values, (value) => Math.abs(value - own)));
}

function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
