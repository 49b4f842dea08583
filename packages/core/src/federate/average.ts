// The weighted average of named tensors, summed in doubles.
import type { NamedTensors, PlainTensor } from '../tensors/index.ts';

/** One set of tensors and what it counts. */
export interface WeightedTensors {
  readonly weight: number;
  readonly values: NamedTensors;
}

/** How far the weights may be from a sum of 1. */
const WEIGHT_SUM_TOLERANCE = 1e-9;

/**
 * sum_i w_i theta_i for every tensor, batch-norm statistics like all others. Sums run in the order of the entries
 * (device-id order is the caller's) in 64 bits. Throws when the weights are not a distribution or when the entries
 * differ in names or shapes. The result shares no memory with the entries.
 */
export function weightedAverage(entries: readonly WeightedTensors[]): NamedTensors {
  const [first] = entries;
  if (!first) throw new RangeError('an average needs at least one entry');
  checkWeights(entries.map(({ weight }) => weight));
  for (const { values } of entries) {
    if (values.size !== first.values.size)
      throw new RangeError(
        `entries must hold the same tensors: one has ${first.values.size}, another ${values.size}`,
      );
  }
  return new Map(
    [...first.values].map(([name, { shape }]) => [
      name,
      averageTensor(
        name,
        shape,
        entries.map(({ weight, values }) => ({ weight, tensor: values.get(name) })),
      ),
    ]),
  );
}

function averageTensor(
  name: string,
  shape: readonly number[],
  terms: readonly { readonly weight: number; readonly tensor: PlainTensor | undefined }[],
): PlainTensor {
  const [first] = terms;
  if (first?.tensor && terms.every(({ tensor }) => tensor === first.tensor))
    return { shape, data: first.tensor.data.slice() };
  const sums = new Float64Array(first?.tensor?.data.length ?? 0);
  for (const { weight, tensor } of terms) {
    if (!tensor) throw new RangeError(`an entry lacks the tensor "${name}"`);
    const sameShape = tensor.shape.length === shape.length && tensor.shape.every((s, i) => s === shape[i]);
    if (!sameShape || tensor.data.length !== sums.length)
      throw new RangeError(
        `"${name}" is [${shape.join(', ')}] in one entry and [${tensor.shape.join(', ')}] in another`,
      );
    if (weight === 0) continue;
    const { data } = tensor;
    for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] ?? NaN) + weight * (data[i] ?? NaN);
  }
  return { shape, data: Float32Array.from(sums) };
}

function checkWeights(weights: readonly number[]): void {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (!weights.every((weight) => weight >= 0) || !(Math.abs(sum - 1) <= WEIGHT_SUM_TOLERANCE))
    throw new RangeError(`weights must be at least 0 and sum to 1, not ${weights.join(' + ')} = ${sum}`);
}
