// The labels of images that are made to be judged: known to both sides, so that none travels.

/**
 * As many of each class as of any other, give or take one; the turn moves them on, so that in the long run every class
 * comes equally often, whatever the batch.
 */
export function judgedLabels(count: number, classes: number, turn: number): Int32Array {
  return Int32Array.from({ length: count }, (_, row) => (turn * count + row) % classes);
}
