// Which implementation of the kernels the running backend gets.
import { getBackend } from '@tensorflow/tfjs-core';
import { generalKernels } from './general.ts';
import type { Kernels } from './kernels.ts';
import { tensorflowKernels } from './tensorflow/kernels.ts';
import { wasmKernels } from './wasm.ts';
import { webgpuKernels } from './webgpu/kernels.ts';

const special: ReadonlyMap<string, Kernels> = new Map([
  ['tensorflow', tensorflowKernels],
  ['wasm', wasmKernels],
  ['webgpu', webgpuKernels],
]);

/** The kernels for the backend that is active now. */
export function kernels(): Kernels {
  return special.get(getBackend()) ?? generalKernels;
}
