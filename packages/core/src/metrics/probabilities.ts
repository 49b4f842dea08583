// A classifier's probabilities as rows of plain numbers.

/** The number of rows of [n, classes]; throws a RangeError when there is none, or a part of one. */
export function rowCount(probabilities: ArrayLike<number>, classes: number): number {
  const rows = probabilities.length / classes;
  if (!Number.isInteger(rows) || rows < 1)
    throw new RangeError(
      `${probabilities.length} numbers are no rows of probabilities of ${classes} classes each`,
    );
  return rows;
}

/** Each row's most probable class, the lowest of equal ones; throws a RangeError as `rowCount` does. */
export function mostProbable(probabilities: ArrayLike<number>, classes: number): Uint8Array {
  return Uint8Array.from({ length: rowCount(probabilities, classes) }, (_, row) => {
    let best = 0;
    for (let c = 1; c < classes; c++)
      if ((probabilities[row * classes + c] ?? 0) > (probabilities[row * classes + best] ?? 0)) best = c;
    return best;
  });
}
