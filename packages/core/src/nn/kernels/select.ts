// Which implementation of the kernels the running backend gets.
import { getBackend } from '@tensorflow/tfjs-core';
import { composedKernels } from './composed.ts';
import type { Kernels } from './kernels.ts';
import { tensorflowKernels } from './tensorflow.ts';

const special: ReadonlyMap<string, Kernels> = new Map([['tensorflow', tensorflowKernels]]);

/** The kernels for the backend that is active now. */
export function kernels(): Kernels {
  return special.get(getBackend()) ?? composedKernels;
}
