// Sums and disposal of named gradients.
import { add } from '@tensorflow/tfjs-core';
import type { Gradients } from './block.ts';

/** The sums of two passes' gradients as new tensors; throws a RangeError when one pass lacks a name of the other. */
export function addGradients(a: Gradients, b: Gradients): Gradients {
  if (a.size !== b.size) throw new RangeError('gradients of different parameters cannot be added');
  return new Map(
    [...a].map(([name, gradient]) => {
      const other = b.get(name);
      if (!other) throw new RangeError(`only one of the two passes has a gradient of "${name}"`);
      return [name, add(gradient, other)];
    }),
  );
}

/** Disposes of every gradient. */
export function disposeGradients(gradients: Gradients): void {
  for (const gradient of gradients.values()) gradient.dispose();
}
