// For tests: how far named tensors are apart.
import { tensorNamed, type NamedTensors } from '../../tensors/index.ts';

/** The largest absolute difference; NaN when one is not a number. Throws when names differ. */
export function largestDifference(actual: NamedTensors, expected: NamedTensors): number {
  if (actual.size !== expected.size)
    throw new RangeError(`${actual.size} tensors were found where ${expected.size} were expected`);
  let largest = 0;
  for (const [name, { data }] of expected) {
    const other = tensorNamed(actual, name).data;
    data.forEach((value, i) => (largest = Math.max(largest, Math.abs(value - (other[i] ?? NaN)))));
  }
  return largest;
}
