import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Measurement } from './result.ts';
import { runJob } from './run-job.ts';

const measurement: Measurement = {
  name: 'step',
  engine: 'wasm',
  batch: 16,
  width: 1,
  median_ms: 1,
  baseline: null,
  ratio: null,
};
const job = { benchmark: 'step', engine: 'wasm', quick: true, threads: 1 } as const;

/** Runs a program of these lines in the place of a benchmark's. */
async function outcomeOf(...lines: string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'tessera-bench-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const program = join(folder, 'program.mjs');
  await writeFile(program, lines.join('\n'));
  const said: string[] = [];
  const outcome = await runJob(job, { program, softwareGpu: false, progress: (text) => said.push(text) });
  return { ...outcome, said };
}

const print = (line: unknown) => `console.log(${JSON.stringify(JSON.stringify(line))});`;

it('BENCH-8: lines that are no measurement are passed over', async () => {
  const outcome = await outcomeOf(
    `console.log('a driver says hello');`,
    print({ type: 'progress', text: 'wasm: here' }),
    print({ type: 'measurement', measurement }),
    print({ type: 'measurement', measurement: { ...measurement, median_ms: -1 } }),
  );
  expect(outcome).toEqual({ measurements: [measurement], refused: false, said: ['wasm: here'] });
});

it('BENCH-8: a process that ends badly leaves what it measured, and its last words', async () => {
  const outcome = await outcomeOf(
    print({ type: 'progress', text: 'wasm: here' }),
    print({ type: 'measurement', measurement }),
    `console.error('out of memory');`,
    'process.exitCode = 3;',
  );
  expect(outcome).toMatchObject({
    measurements: [measurement],
    refused: false,
    whyNot: 'its process ended with status 3: out of memory',
  });
});

it('BENCH-8: an engine that does not start is told apart from a benchmark that fails', async () => {
  const outcome = await outcomeOf(print({ type: 'not-run', why: 'no GPU answers' }));
  expect(outcome).toMatchObject({ measurements: [], refused: true, whyNot: 'no GPU answers' });
});
