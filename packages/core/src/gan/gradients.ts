// Gradients of several passes and segments, brought together.
import { add, keep, type Tensor } from '@tensorflow/tfjs-core';
import type { BlockContext, Gradients, Segment } from '../nn/index.ts';

/** Both gradients of a segment. */
export interface BothGradients {
  readonly input: Tensor;
  readonly parameters: Gradients;
}

/** The gradients at the segment's input and of its parameters. */
export function bothGradients(
  segment: Segment,
  context: BlockContext,
  outputGradient: Tensor,
): BothGradients {
  const { input, parameters } = segment.backward(context, outputGradient, { input: true, parameters: true });
  return { input: present(input), parameters: present(parameters) };
}

/** The gradient at the segment's input alone. */
export function inputGradient(segment: Segment, context: BlockContext, outputGradient: Tensor): Tensor {
  return present(segment.backward(context, outputGradient, { input: true, parameters: false }).input);
}

/** The gradients of the segment's parameters alone. */
export function parameterGradients(
  segment: Segment,
  context: BlockContext,
  outputGradient: Tensor,
): Gradients {
  return present(segment.backward(context, outputGradient, { input: false, parameters: true }).parameters);
}

/** The sums of several passes' gradients; one that a single pass has stays as it is. The maps are used up. */
export function summed(...passes: readonly Gradients[]): Gradients {
  const sums = new Map<string, Tensor>();
  for (const [name, gradient] of passes.flatMap((pass) => [...pass])) {
    const other = sums.get(name);
    sums.set(name, other ? keep(add(other, gradient)) : gradient);
    if (!other) continue;
    other.dispose();
    gradient.dispose();
  }
  return sums;
}

function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('a backward pass did not return the gradient that was asked for');
  return value;
}
