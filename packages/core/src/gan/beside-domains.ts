// An edge's images of its own domain, drawn beside those of the other domains: batch normalisation asks for it.
import { concat, slice, tensor, tensor1d, tile, zeros, type Tensor } from '@tensorflow/tfjs-core';
import type { BlockContext, Gradients, Segment } from '../nn/index.ts';
import { parameterGradients } from './gradients.ts';

/** What is drawn. */
export interface OwnRows {
  /** [rows * zDim] numbers. */
  readonly z: Float32Array;
  /** One a row. */
  readonly labels: Int32Array;
  /** How many domains each noise vector is drawn in: its own, and those that follow it; 1: its own alone. */
  readonly domains: number;
}

/**
 * A pass in training mode that moves the running statistics; its output has the own rows alone, [rows, …]. In a batch of one
 * domain the code adds the same to every row: normalisation takes that away, the code changes nothing, and its gradient is
 * zero. With the same noise in every domain the batch has the code's mean, and each domain keeps its side of it.
 */
export function forwardBeside(
  segment: Segment,
  { z, labels, domains }: OwnRows,
): { readonly output: Tensor; readonly context: BlockContext } {
  const rows = labels.length;
  const noise = tensor(z, [rows, z.length / rows]);
  if (domains === 1) return moving(segment, noise, labels);
  const inEach = Int32Array.from({ length: domains * rows }, (_, row) => {
    const own = labels[row % rows] ?? 0;
    return (own + Math.floor(row / rows)) % domains;
  });
  const { output, context } = moving(segment, tile(noise, [domains, 1]), inEach);
  return { output: slice(output, 0, rows), context };
}

/** The parameters' gradients for this gradient at the own rows; nobody judges the others, which count through the statistics alone. */
export function backBeside(
  segment: Segment,
  context: BlockContext,
  outputGradient: Tensor,
  domains: number,
): Gradients {
  if (domains === 1) return parameterGradients(segment, context, outputGradient);
  const [rows = 0, ...shape] = outputGradient.shape;
  const unjudged = zeros([rows * (domains - 1), ...shape]);
  return parameterGradients(segment, context, concat([outputGradient, unjudged], 0));
}

function moving(segment: Segment, z: Tensor, labels: Int32Array) {
  const pass = segment.forward(z, { mode: 'training', labels: tensor1d(labels, 'int32') });
  segment.commitStatistics(pass.context);
  return pass;
}
