// What is held after many steps: tensors, GPU buffers, heap and resident memory, which must not grow.
import { backend, memory } from '@tensorflow/tfjs-core';
import { cganSpec } from '@tessera/core/architecture';
import { type Benchmark } from '../benchmark.ts';
import { drawnBatch, wholeStep } from '../whole-step.ts';

const BATCH = 16;
const WIDTH = 1 / 16;
const STEPS = 1000;
const QUICK_STEPS = 50;
/** Steps before the first look, as a share of all: pools fill, code is compiled. */
const SETTLING_SHARE = 0.2;
const BYTES_PER_MB = 1e6;

/** Narrow networks: leaks are counted in steps, not in numbers. */
export const memoryBenchmark: Benchmark = {
  name: 'memory',
  summary: 'tensors, buffers, heap and RSS before and after many steps',
  usesEngine: true,
  async run({ engine, quick, report, progress }) {
    const steps = quick ? QUICK_STEPS : STEPS;
    const spec = cganSpec({ width: WIDTH });
    const batch = drawnBatch(spec, BATCH);
    const step = wholeStep(spec, batch);
    const start = performance.now();
    let before = held();
    for (let i = 0; i < steps; i++) {
      if (i === Math.floor(steps * SETTLING_SHARE)) before = held();
      if (i % 100 === 0) progress(`memory, step ${i} of ${steps}`);
      await step.run();
    }
    const after = held();
    const details = Object.fromEntries(
      Object.entries(after).flatMap(([name, value]) => [
        [name, value],
        [`${name}_grown`, value - (before[name] ?? 0)],
      ]),
    );
    report({
      name: `memory over ${steps} steps`,
      engine,
      batch: BATCH,
      width: WIDTH,
      median_ms: (performance.now() - start) / steps,
      baseline: null,
      ratio: null,
      details,
    });
    step.dispose();
    batch.dispose();
  },
};

/** Numbers that should stay; the heap's after a collection, where Node offers one. */
function held(): Record<string, number> {
  globalThis.gc?.();
  const { numTensors, numBytes } = memory();
  const { heapUsed, rss } = process.memoryUsage();
  // Only the webgpu backend has a manager of buffers; its type is not exported.
  const { bufferManager } = backend() as { bufferManager?: { numBytesAllocated?: number } };
  const gpu = bufferManager?.numBytesAllocated;
  return {
    tensors: numTensors,
    tensor_MB: numBytes / BYTES_PER_MB,
    ...(gpu !== undefined && { gpu_MB: gpu / BYTES_PER_MB }),
    heap_MB: heapUsed / BYTES_PER_MB,
    rss_MB: rss / BYTES_PER_MB,
  };
}
