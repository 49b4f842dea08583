// A whole training step of the 28x28 networks against the same step in stock TensorFlow.js and in PyTorch.
import { getBackend } from '@tensorflow/tfjs-core';
import { cganSpec, type GanSpec } from '@tessera/core/architecture';
import { type Benchmark, limitsOf, reportRace, type Setting } from '../benchmark.ts';
import { countGpuWork } from '../gpu-work.ts';
import { race, sideOf, type Side } from '../race.ts';
import { registerNaiveFilterGradient } from '../stock/filter-gradient.ts';
import { stockStep } from '../stock/step.ts';
import { drawnBatch, type TrainingStep, wholeStep } from '../whole-step.ts';
import { startPyTorch } from '../yardstick/pytorch.ts';

const SHAPES = [
  { batch: 16, width: 1 },
  { batch: 64, width: 1 },
  { batch: 16, width: 1 / 4 },
  { batch: 64, width: 1 / 4 },
] as const;

/** The step on the engine of this process. */
export const stepBenchmark: Benchmark = {
  name: 'step',
  summary: 'a whole training step, against stock TensorFlow.js (and PyTorch with --python)',
  usesEngine: true,
  async run(setting) {
    if (getBackend() === 'wasm') registerNaiveFilterGradient();
    const { quick, batch = quick ? 16 : undefined, width } = setting;
    for (const shape of SHAPES)
      if ((batch ?? shape.batch) === shape.batch && (width ?? shape.width) === shape.width)
        await measure(setting, shape);
  },
};

async function measure(setting: Setting, { batch: size, width }: (typeof SHAPES)[number]): Promise<void> {
  setting.progress(`step, batch ${size}, width ${width}`);
  const spec = cganSpec({ width });
  const batch = drawnBatch(spec, size);
  const [own, stock] = [wholeStep(spec, batch), stockStep(spec, batch)];
  const yardsticks = await startYardsticks(setting, spec, size);
  try {
    const sides = [sideOfStep('stock TensorFlow.js', stock), ...yardsticks];
    const result = await race(sideOfStep('Tessera', own), sides, limitsOf(setting));
    const details = await gpuDetails(own, stock);
    reportRace(setting, { name: 'step', batch: size, width, details }, result);
  } finally {
    for (const one of yardsticks) one.close();
    for (const one of [own, stock, batch]) one.dispose();
  }
}

/** What a step asks of the GPU, and what the stock one does. */
async function gpuDetails(own: TrainingStep, stock: TrainingStep): Promise<Record<string, number>> {
  const works = [await countGpuWork(() => own.run()), await countGpuWork(() => stock.run())];
  return Object.fromEntries(
    works.flatMap((work, i) => {
      const whose = i === 0 ? '' : 'its_';
      return work
        ? [
            [`${whose}dispatches`, work.dispatches],
            [`${whose}moved_MB`, work.megabytes],
          ]
        : [];
    }),
  );
}

/** PyTorch with as many threads as the engine, and with all of them where that is another number. */
async function startYardsticks({ python, engine, threads }: Setting, spec: GanSpec, batch: number) {
  if (python === undefined) return [];
  const counts = engine === 'wasm' && threads > 1 ? [1, threads] : [threads];
  return Promise.all(counts.map((count) => startPyTorch(python, { spec, batch, threads: count })));
}

function sideOfStep(name: string, step: TrainingStep): Side {
  return sideOf(name, async () => {
    const losses = await step.run();
    if (!losses.every(Number.isFinite)) throw new Error(`${name} computed a loss that is not finite`);
  });
}
