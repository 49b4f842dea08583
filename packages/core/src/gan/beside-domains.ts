// An edge's images of its own domain, drawn beside those of the other domains: batch normalisation asks for it.
import { concat, slice, tensor, tensor1d, zeros, type Tensor } from '@tensorflow/tfjs-core';
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
  const every = Array.from({ length: domains }, (_, k) => labels.map((own) => (own + k) % domains));
  const { output, context } = segment.forward(
    domains === 1
      ? noise
      : concat(
          every.map(() => noise),
          0,
        ),
    {
      mode: 'training',
      labels: tensor1d(domains === 1 ? labels : every.flatMap((some) => [...some]), 'int32'),
    },
  );
  segment.commitStatistics(context);
  return { output: domains === 1 ? output : slice(output, 0, rows), context };
}

/** The parameters' gradients for this gradient at the own rows; nobody judges the others, which count through the statistics alone. */
export function backBeside(
  segment: Segment,
  context: BlockContext,
  outputGradient: Tensor,
  domains: number,
): Gradients {
  const [rows = 0, ...shape] = outputGradient.shape;
  const all =
    domains === 1 ? outputGradient : concat([outputGradient, zeros([rows * (domains - 1), ...shape])], 0);
  return parameterGradients(segment, context, all);
}
