// The labels of images that are made to be judged: known to both sides, so that none travels.

/**
 * As many of each class as of any other, give or take one; the turn moves them on, so that in the long run every class
 * comes equally often, whatever the batch. Where an edge draws for one domain alone, all are that domain.
 */
export function judgedLabels(count: number, classes: number, turn: number, domain?: number): Int32Array {
  if (domain !== undefined) return new Int32Array(count).fill(domain);
  return Int32Array.from({ length: count }, (_, row) => (turn * count + row) % classes);
}
