// What a benchmark is, and what it is given.
import type { EngineName } from '@tessera/coordinator/engine';
import type { Comparison, RaceLimits, RaceResult } from './race.ts';
import type { Measurement } from './result.ts';

/** What a benchmark may know of the order that it was given. */
export interface Setting {
  /** The engine that runs in this process; 'none' for benchmarks without one. */
  readonly engine: EngineName | 'none';
  readonly quick: boolean;
  /** Only steps of this batch and width, where given. */
  readonly batch?: number | undefined;
  readonly width?: number | undefined;
  /** A Python that has PyTorch. */
  readonly python: string | undefined;
  /** Processor threads of the engine, and of the yardstick. */
  readonly threads: number;
  readonly report: (measurement: Measurement) => void;
  readonly progress: (text: string) => void;
}

/** One benchmark. */
export interface Benchmark {
  readonly name: string;
  /** Half a line for `--help`. */
  readonly summary: string;
  /** Whether it computes on an engine: it then runs once for each, in a process of its own. */
  readonly usesEngine: boolean;
  run(setting: Setting): Promise<void>;
}

/** How long races last: software GPUs take seconds a lap. */
export function limitsOf({ quick }: Setting, laps = 25): RaceLimits {
  return quick ? { warmUps: 1, laps: 5, enoughMs: 20_000 } : { warmUps: 3, laps, enoughMs: 90_000 };
}

/** What is known of a measurement before the race. */
export type Subject = Pick<Measurement, 'name' | 'batch' | 'width' | 'details'>;

/** A row for each comparison of a race, or one without any. */
export function reportRace({ engine, report }: Setting, subject: Subject, result: RaceResult): void {
  const row = (baseline: Comparison | undefined) =>
    report({
      ...subject,
      engine,
      median_ms: result.medianMs,
      baseline: baseline?.name ?? null,
      ratio: baseline?.ratio ?? null,
      ...(baseline && {
        details: { ...subject.details, baseline_median_ms: baseline.medianMs, cpu_ratio: baseline.cpuRatio },
      }),
    });
  if (result.against.length === 0) row(undefined);
  for (const comparison of result.against) row(comparison);
}
