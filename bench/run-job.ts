// Starts a benchmark's process and reads its lines.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { softwareAdapterEnvironment } from '@tessera/coordinator/engine';
import type { Job } from './jobs.ts';
import { type Line, lineSchema, type Measurement } from './result.ts';

/** What came of a job. */
export interface JobOutcome {
  readonly measurements: readonly Measurement[];
  /** Why it did not come to its end. */
  readonly whyNot?: string;
  /** The engine does not work here, which is no fault of the benchmark. */
  readonly refused: boolean;
}

/** How a job is run. */
export interface JobSurroundings {
  /** Another program, for tests. */
  readonly program?: string;
  /** Whether a GPU that the processor plays will do. */
  readonly softwareGpu: boolean;
  readonly progress: (text: string) => void;
}

const PROGRAM = fileURLToPath(new URL(`child${extname(import.meta.url)}`, import.meta.url));

/** Runs one benchmark on one engine to its end; never throws for what the process does. */
export async function runJob(job: Job, surroundings: JobSurroundings): Promise<JobOutcome> {
  const { softwareGpu, progress, program = PROGRAM } = surroundings;
  const child = spawn(process.execPath, ['--expose-gc', program, JSON.stringify(job)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      // Read by TensorFlow once, when it loads.
      TF_NUM_INTRAOP_THREADS: String(job.threads),
      TF_CPP_MIN_LOG_LEVEL: '2',
      ...(softwareGpu && job.engine === 'webgpu' && softwareAdapterEnvironment(process.env)),
    },
  });
  const stopWithParent = () => child.kill('SIGKILL');
  process.once('exit', stopWithParent);
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (words = (words + text).slice(-4000)));
  const ended = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => resolve(`its process ended with ${signal ?? `status ${code ?? 0}`}`));
  });
  const measurements: Measurement[] = [];
  let [started, whyNot]: [boolean, string | undefined] = [job.engine === 'none', undefined];
  for await (const text of createInterface({ input: child.stdout })) {
    const line = parseLine(text);
    switch (line?.type) {
      case 'progress':
        started = true;
        progress(line.text);
        break;
      case 'measurement':
        measurements.push(line.measurement);
        break;
      case 'not-run':
        whyNot = line.why;
        break;
      case undefined:
        break; // What a driver prints is none of our lines.
    }
  }
  const end = await ended;
  process.off('exit', stopWithParent);
  if (whyNot === undefined && end !== 'its process ended with status 0')
    whyNot = `${end}: ${words.trim().split('\n').at(-1) ?? ''}`;
  return { measurements, refused: !started, ...(whyNot !== undefined && { whyNot }) };
}

function parseLine(text: string): Line | undefined {
  try {
    return lineSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
