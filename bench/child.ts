// A process of its own for one benchmark on one engine: prints what it finds as lines of JSON.
import { EngineRefusal, startEngine } from '@tessera/coordinator/engine';
import { BENCHMARKS, jobSchema } from './jobs.ts';
import type { Line } from './result.ts';

const print = (line: Line) => process.stdout.write(`${JSON.stringify(line)}\n`);

async function run(): Promise<void> {
  const { benchmark: name, python, ...job } = jobSchema.parse(JSON.parse(process.argv[2] ?? ''));
  const benchmark = BENCHMARKS.find((known) => known.name === name);
  if (!benchmark) throw new Error(`there is no benchmark "${name}"`);
  if (job.engine !== 'none') {
    const { adapter } = await startEngine({ engine: job.engine, env: process.env });
    print({ type: 'progress', text: `${job.engine}: ${adapter}` });
  }
  await benchmark.run({
    ...job,
    python,
    report: (measurement) => print({ type: 'measurement', measurement }),
    progress: (text) => print({ type: 'progress', text }),
  });
}

try {
  await run();
} catch (error) {
  const why =
    error instanceof EngineRefusal && error.refused[0]
      ? error.refused[0].why
      : error instanceof Error
        ? (error.stack ?? error.message)
        : String(error);
  print({ type: 'not-run', why: why.slice(0, 2000) });
  process.exitCode = 1;
}
// Drivers may keep threads alive: the process ends itself once its lines are out.
process.stdout.write('', () => process.exit());
