// What a piece of work asks of the GPU: software adapters prove no speed, so dispatches and bytes are counted as well.
import { backend, getBackend, util, type TensorInfo } from '@tensorflow/tfjs-core';

/** The part of the webgpu backend through which every dispatch goes; its package exports no type for it. */
interface ProgramBackend {
  runWebGPUProgram(program: object, inputs: readonly TensorInfo[], ...others: unknown[]): TensorInfo;
}

/** Counted over one piece of work. */
export interface GpuWork {
  readonly dispatches: number;
  /** Megabytes of all tensors that dispatches read and wrote; each counts once a dispatch. */
  readonly megabytes: number;
}

/** Does the work and counts; undefined on other engines. */
export async function countGpuWork(work: () => Promise<unknown>): Promise<GpuWork | undefined> {
  if (getBackend() !== 'webgpu') return undefined;
  const programs = backend() as unknown as ProgramBackend; // asked for in the line above
  const own = programs.runWebGPUProgram.bind(programs);
  let [dispatches, numbers] = [0, 0];
  programs.runWebGPUProgram = (program, inputs, ...others) => {
    const output = own(program, inputs, ...others);
    dispatches++;
    for (const { shape } of [...inputs, output]) numbers += util.sizeFromShape(shape);
    return output;
  };
  try {
    await work();
  } finally {
    Reflect.deleteProperty(programs, 'runWebGPUProgram');
  }
  return { dispatches, megabytes: (4 * numbers) / 1e6 };
}
