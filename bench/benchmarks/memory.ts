// What is held after many steps: tensors, GPU buffers, heap and resident memory, which must not grow.
import { backend, memory } from '@tensorflow/tfjs-core';
import { cganSpec } from '@tessera/core/architecture';
import { type Benchmark, type Setting } from '../benchmark.ts';
import { withLiveCohort } from '../live-cohort.ts';
import { ofProcess } from '../process-memory.ts';
import { median } from '../race.ts';
import { drawnBatch, wholeStep } from '../whole-step.ts';

/** Narrow networks: leaks are counted in steps, not in numbers. */
const SHAPE = { batch: 16, width: 1 / 16 };
const STEPS = 1000;
const QUICK_STEPS = 50;
/** Steps between two looks at the clock and the memory. */
const STRIDE = 10;
/** Steps before the first look that counts, as a share of all: pools fill, code is compiled. */
const SETTLING_SHARE = 0.2;
/** A software GPU gets as far as it gets. */
const ENOUGH_MS = 420_000;
const BYTES_PER_MB = 1e6;

type Held = Readonly<Record<string, number>>;

export const memoryBenchmark: Benchmark = {
  name: 'memory',
  summary: 'tensors, buffers, heap and RSS before and after many steps, of an engine and of a live run',
  usesEngine: true,
  async run(setting) {
    await ofEngine(setting);
    await ofLiveRun(setting);
  },
};

/** Whole steps of both networks in this thread. */
async function ofEngine(setting: Setting): Promise<void> {
  const spec = cganSpec({ width: SHAPE.width });
  const batch = drawnBatch(spec, SHAPE.batch);
  const step = wholeStep(spec, batch);
  await watch(setting, 'memory of an engine', {
    proceed: async () => {
      for (let i = 0; i < STRIDE; i++) await step.run();
    },
    look: () => Promise.resolve({ ...ofBackend(), ...ofProcess() }),
  });
  step.dispose();
  batch.dispose();
}

/** A coordinator in this process and two devices in another, connected by sockets. */
async function ofLiveRun(setting: Setting): Promise<void> {
  await withLiveCohort({ ...SHAPE, engine: setting.engine, devices: 2 }, (cohort) =>
    watch(setting, 'memory of a live run', {
      proceed: () => cohort.until(cohort.seconds.length + STRIDE),
      look: async () => {
        const { tensors, heap_MB, rss_MB } = await cohort.ask('look');
        const devices = { devices_tensors: tensors, devices_heap_MB: heap_MB, devices_rss_MB: rss_MB };
        return { ...ofProcess(), ...devices };
      },
    }),
  );
}

async function watch(
  { engine, quick, report, progress }: Setting,
  name: string,
  { proceed, look }: { proceed: () => Promise<void>; look: () => Promise<Held> },
): Promise<void> {
  const wanted = quick ? QUICK_STEPS : STEPS;
  const start = performance.now();
  const [seen, laps]: [Held[], number[]] = [[], []];
  while (seen.length * STRIDE < wanted && performance.now() - start < ENOUGH_MS) {
    if (seen.length % 10 === 0) progress(`${name}, step ${seen.length * STRIDE} of ${wanted}`);
    const began = performance.now();
    await proceed();
    laps.push((performance.now() - began) / STRIDE);
    seen.push(await look());
  }
  const settled = seen[Math.floor(seen.length * SETTLING_SHARE)] ?? {};
  const end = seen.at(-1) ?? {};
  report({
    name: `${name}, ${seen.length * STRIDE} steps`,
    engine,
    ...SHAPE,
    median_ms: median(laps),
    baseline: null,
    ratio: null,
    details: Object.fromEntries(
      Object.entries(end).flatMap(([what, value]) => [
        [what, value],
        [`${what}_grown`, value - (settled[what] ?? 0)],
      ]),
    ),
  });
}

/** What this thread's engine holds. */
function ofBackend(): Held {
  const { numTensors, numBytes } = memory();
  // Only the webgpu backend has a manager of buffers; its type is not exported.
  const { bufferManager } = backend() as { bufferManager?: { numBytesAllocated?: number } };
  const gpu = bufferManager?.numBytesAllocated;
  return {
    tensors: numTensors,
    tensor_MB: numBytes / BYTES_PER_MB,
    ...(gpu !== undefined && { gpu_MB: gpu / BYTES_PER_MB }),
  };
}
