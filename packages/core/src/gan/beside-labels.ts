// Rows that are drawn beside a batch's own, for the same noise under other labels: batch normalisation asks for them.
import { concat, slice, tensor1d, tile, zeros, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core';
import type { BlockContext, Gradients, Segment } from '../nn/index.ts';
import { parameterGradients } from './gradients.ts';

/**
 * The batch's own labels, then another for each row: with the turns every one of the others comes equally often. Own labels
 * alone where nothing is drawn beside them, or where there is no other label.
 */
export function drawnLabels(
  own: Int32Array,
  { labels, turn, beside }: { readonly labels: number; readonly turn: number; readonly beside: boolean },
): Tensor1D {
  if (!beside || labels < 2) return tensor1d(own, 'int32');
  const others = own.map((label, row) => (label + 1 + ((turn * own.length + row) % (labels - 1))) % labels);
  return tensor1d(Int32Array.of(...own, ...others), 'int32');
}

/**
 * A pass in training mode that moves the running statistics; its output has the own rows alone, [rows, …]. Behind the first
 * layer a label adds the same to each of its rows: in a batch of one label normalisation takes that away, the label changes
 * nothing, and its gradient is zero. With the same noise under other labels beside it, each label keeps its side of the mean.
 */
export function forwardBeside(
  segment: Segment,
  z: Tensor,
  drawn: Tensor1D,
): { readonly output: Tensor; readonly context: BlockContext } {
  const [rows = 0] = z.shape;
  const times = drawn.size / rows;
  const { output, context } = segment.forward(times === 1 ? z : tile(z, [times, 1]), {
    mode: 'training',
    labels: drawn,
  });
  segment.commitStatistics(context);
  return { output: times === 1 ? output : slice(output, 0, rows), context };
}

/** The parameters' gradients for this gradient at the own rows; nobody judges the others, which count through the statistics alone. */
export function backBeside(
  segment: Segment,
  context: BlockContext,
  outputGradient: Tensor,
  drawnRows: number,
): Gradients {
  const [rows = 0, ...shape] = outputGradient.shape;
  if (rows === drawnRows) return parameterGradients(segment, context, outputGradient);
  const unjudged = zeros([drawnRows - rows, ...shape]);
  return parameterGradients(segment, context, concat([outputGradient, unjudged], 0));
}
