// npm run bench: runs each benchmark on each engine in a process of its own, and prints what they found.
import { CommandFailure } from '@tessera/coordinator/cli';
import { readFlags, USAGE, type Flags } from './flags.ts';
import { BENCHMARKS, type Job } from './jobs.ts';
import type { Measurement } from './result.ts';
import { runJob } from './run-job.ts';
import { renderMeasurements } from './table.ts';

/** Milliseconds without a word after which a line says that something still runs. */
const STILL_RUNNING_EVERY_MS = 30_000;

async function runAll(
  { only, engines, quick, batch, width, python, threads }: Flags,
  asked: boolean,
): Promise<Measurement[]> {
  const found: Measurement[] = [];
  const refused = new Set<string>();
  for (const { name, usesEngine } of BENCHMARKS.filter((one) => only.includes(one.name))) {
    for (const engine of usesEngine ? engines : (['none'] as const)) {
      if (refused.has(engine)) continue;
      const job: Job = {
        ...{ benchmark: name, engine, quick, threads },
        ...(python !== undefined && { python }),
        ...(batch !== undefined && { batch }),
        ...(width !== undefined && { width }),
      };
      const title = usesEngine ? `${name} on ${engine}` : name;
      const outcome = await withSignOfLife(title, () =>
        runJob(job, {
          softwareGpu: asked,
          progress: (text) => say(`  ${text}`),
        }),
      );
      found.push(...outcome.measurements);
      if (outcome.whyNot === undefined) continue;
      say(`  not run: ${outcome.whyNot}`);
      if (outcome.measurements.length === 0 && usesEngine && outcome.refused) refused.add(engine);
      if (asked || !outcome.refused) process.exitCode = 1;
    }
  }
  return found;
}

async function withSignOfLife<Value>(title: string, work: () => Promise<Value>): Promise<Value> {
  const start = performance.now();
  say(`${title} …`);
  const timer = setInterval(() => {
    say(`${title} … ${((performance.now() - start) / 1000).toFixed(0)} s`);
  }, STILL_RUNNING_EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/** One line to standard error, so that standard output stays for results. */
function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

try {
  const words = process.argv.slice(2);
  const flags = readFlags(words);
  if (flags.help) {
    process.stdout.write(`${USAGE}\n`);
  } else {
    const measurements = await runAll(
      flags,
      words.some((word) => word.startsWith('--engine')),
    );
    process.stdout.write(
      flags.json
        ? `${JSON.stringify({ benchmarks: measurements }, undefined, 2)}\n`
        : `${renderMeasurements(measurements)}\n`,
    );
  }
} catch (error) {
  if (!(error instanceof CommandFailure)) throw error;
  say(error.message);
  process.exitCode = error.exitCode;
}
