// Every benchmark by name, and what its process is told.
import { ENGINE_NAMES } from '@tessera/coordinator/engine';
import { z } from 'zod';
import type { Benchmark } from './benchmark.ts';
import { adamBenchmark } from './benchmarks/adam.ts';
import { cohortBenchmark } from './benchmarks/cohort.ts';
import { exchangeBenchmark } from './benchmarks/exchange.ts';
import { framesBenchmark } from './benchmarks/frames.ts';
import { layersBenchmark } from './benchmarks/layers.ts';
import { memoryBenchmark } from './benchmarks/memory.ts';
import { searchBenchmark } from './benchmarks/search.ts';
import { stepBenchmark } from './benchmarks/step.ts';

/** In the order in which they run. */
export const BENCHMARKS: readonly Benchmark[] = [
  stepBenchmark,
  layersBenchmark,
  adamBenchmark,
  framesBenchmark,
  exchangeBenchmark,
  searchBenchmark,
  cohortBenchmark,
  memoryBenchmark,
];

/** One process's order: the only argument of `child.ts`, as JSON. */
export const jobSchema = z.strictObject({
  benchmark: z.string().max(40),
  engine: z.enum([...ENGINE_NAMES, 'none']),
  quick: z.boolean(),
  batch: z.int().positive().optional(),
  width: z.number().positive().optional(),
  python: z.string().max(1000).optional(),
  threads: z.int().min(1).max(9999),
});

/** See `jobSchema`. */
export type Job = z.infer<typeof jobSchema>;
