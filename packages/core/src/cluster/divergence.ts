// How far a device's middle-block activations are from everybody else's: the divergence of HuSCF-GAN's weights.
import type { PlainTensor } from '../tensors/index.ts';

/** Added to every probability after the softmax, as in the authors' code. */
const EPSILON = 1e-9;

/** Divergences in the order of the features, and the places of those that came out not finite. */
export interface Divergences {
  readonly scores: number[];
  /** Indices whose divergence was not finite and therefore counts as 0. */
  readonly notFinite: number[];
}

/**
 * KLD_i = 1/C sum_c sum_s Q_i (ln Q_i - ln P_i): P_i is the softmax over the S positions of each of the C channels,
 * Q_i the mean of the other members' P (arXiv 2507.12979; direction and divisor as in the authors' code).
 * Every tensor is one device's batch-mean activation [C, S]. In a set of one the divergence is 0.
 */
export function klDivergences(features: readonly PlainTensor[]): Divergences {
  const [channels, positions] = commonShape(features);
  const distributions = features.map((feature) => softmaxPerChannel(feature.data, positions));
  const total = new Float64Array(channels * positions);
  for (const p of distributions) for (let i = 0; i < p.length; i++) total[i] = at(total, i) + at(p, i);

  const notFinite: number[] = [];
  const scores = distributions.map((p, index) => {
    const others = distributions.length - 1;
    if (others === 0) return 0;
    let sum = 0;
    for (let i = 0; i < p.length; i++) {
      const q = Math.max(0, at(total, i) - at(p, i)) / others + EPSILON;
      sum += q * (Math.log(q) - Math.log(at(p, i) + EPSILON));
    }
    const score = sum / channels;
    if (Number.isFinite(score)) return score;
    notFinite.push(index);
    return 0;
  });
  return { scores, notFinite };
}

function softmaxPerChannel(activation: Float32Array, positions: number): Float64Array {
  const result = new Float64Array(activation.length);
  for (let start = 0; start < activation.length; start += positions) {
    let largest = -Infinity;
    for (let i = start; i < start + positions; i++) largest = Math.max(largest, at(activation, i));
    let sum = 0;
    for (let i = start; i < start + positions; i++) {
      const exponential = Math.exp(at(activation, i) - largest);
      result[i] = exponential;
      sum += exponential;
    }
    for (let i = start; i < start + positions; i++) result[i] = at(result, i) / sum;
  }
  return result;
}

function commonShape(features: readonly PlainTensor[]): [number, number] {
  const [channels = 0, positions = 0] = features[0]?.shape ?? [];
  for (const { shape, data } of features) {
    const fits = shape.length === 2 && shape[0] === channels && shape[1] === positions;
    if (!fits || data.length !== channels * positions) {
      throw new RangeError(
        `features must all be [${channels}, ${positions}], one channel a row; one is [${shape.join(', ')}] with ${data.length} values`,
      );
    }
  }
  return [channels, positions];
}

function at(values: ArrayLike<number>, index: number): number {
  return values[index] ?? NaN;
}
