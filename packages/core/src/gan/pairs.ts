// Pairs of images from one noise vector in two domains, and how far apart a layer's outputs are for them.
import { concat, div, mul, slice, square, sub, sum, type Tensor } from '@tensorflow/tfjs-core';

/**
 * The domains of a batch of pairs: row i of the first half and row i of the second are one pair, always two different
 * domains. All unordered pairs of domains follow one another; the turn moves them on, so that in the long run each comes
 * equally often, whatever the batch.
 */
export function pairedLabels(pairs: number, domains: number, turn: number): Int32Array {
  const all: (readonly [number, number])[] = [];
  for (let one = 0; one < domains; one++)
    for (let other = one + 1; other < domains; other++) all.push([one, other]);
  const of = (row: number, side: 0 | 1) => all[(turn * pairs + row) % all.length]?.[side] ?? 0;
  return Int32Array.from({ length: 2 * pairs }, (_, row) => of(row % pairs, row < pairs ? 0 : 1));
}

/**
 * The mean over the pairs of half the squared distance between a layer's outputs [2 pairs, …], a scalar, and its gradient
 * at these outputs.
 */
export function pairDistance(outputs: Tensor): { readonly loss: Tensor; readonly gradient: Tensor } {
  const pairs = outputs.shape[0] / 2;
  const one = slice(outputs, 0, pairs);
  const apart = sub(one, slice(outputs, pairs, pairs));
  const pull = div(apart, pairs);
  return {
    loss: div(sum(square(apart)), 2 * pairs),
    gradient: concat([pull, mul(pull, -1)], 0),
  };
}
