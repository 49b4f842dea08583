// A coordinator with a run, and a process with its devices: what benchmarks of the whole system step through.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { systemClock } from '@tessera/core/clock';
import { runSettingsSchema } from '@tessera/core/protocol';
import type { RunView } from '@tessera/core/session';
import { serverSettingsSchema } from '@tessera/coordinator/config';
import { type Coordinator, startCoordinator } from '@tessera/coordinator/serve';
import type { Setting } from './benchmark.ts';
import type { CohortOrder, CohortReply, CohortRequest } from './cohort-devices.ts';

/** A step on a slow engine is not waited for beyond this. */
const STEP_LIMIT_MS = 300_000;

/** What a cohort is. */
export interface CohortShape {
  readonly engine: Setting['engine'];
  readonly devices: number;
  readonly batch: number;
  readonly width: number;
}

/** Opens a cohort in its first steps, works with it, and ends it. */
export async function withLiveCohort(
  shape: CohortShape,
  work: (cohort: LiveCohort) => Promise<void>,
): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tessera-bench-'));
  let coordinator: Coordinator | undefined;
  let program: ChildProcess | undefined;
  try {
    coordinator = await openCoordinator(shape, dataDir);
    coordinator.run.command('start');
    program = await startDevices(shape, coordinator.httpPort);
    await work(new LiveCohort(coordinator, program));
  } finally {
    program?.kill('SIGKILL');
    await coordinator?.close();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** Hears of each step's end, and remembers how long it took. */
export class LiveCohort {
  /** Of each whole step so far. */
  readonly seconds: number[] = [];
  readonly #coordinator: Coordinator;
  readonly #devices: ChildProcess;
  #startedMs: number | undefined;
  #step = 0;
  #heard: () => void = () => undefined;

  constructor(coordinator: Coordinator, devices: ChildProcess) {
    this.#coordinator = coordinator;
    this.#devices = devices;
    coordinator.run.onChange(() => {
      this.#look();
    });
  }

  view(): RunView {
    return this.#coordinator.run.view();
  }

  /** Asks the process with the devices. */
  async ask(what: CohortRequest): Promise<CohortReply> {
    this.#devices.send(what);
    const [reply] = (await once(this.#devices, 'message')) as [CohortReply]; // our own program answers
    return reply;
  }

  /** Resolves when so many steps are done; throws when one of them takes too long. */
  until(count: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = () => {
        const { phase, step } = this.view();
        reject(new Error(`after ${STEP_LIMIT_MS / 1000} s the run is still ${phase} at step ${step}`));
      };
      let timer = setTimeout(late, STEP_LIMIT_MS);
      this.#heard = () => {
        clearTimeout(timer);
        if (this.seconds.length >= count) resolve();
        else timer = setTimeout(late, STEP_LIMIT_MS);
      };
      this.#heard();
    });
  }

  #look(): void {
    const { phase, step } = this.view();
    if (phase !== 'training') return;
    const now = performance.now();
    this.#startedMs ??= now;
    if (step === this.#step) return;
    this.seconds.push((now - this.#startedMs) / 1000);
    [this.#startedMs, this.#step] = [now, step];
    this.#heard();
  }
}

function openCoordinator(
  { engine, devices, batch, width }: CohortShape,
  dataDir: string,
): Promise<Coordinator> {
  const run = runSettingsSchema.parse({
    id: 'bench',
    title: 'Benchmark',
    classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    ...{ width, batch, stepsPerRound: 10_000, rounds: 1 },
    minimumDevices: devices,
    maximumDevices: devices,
  });
  return startCoordinator({
    config: { run, server: serverSettingsSchema.parse({ port: 0, httpsPort: 0, engine }) },
    dataDir,
    webClient: join(dataDir, 'no-pages'),
    log: () => undefined,
    clock: systemClock,
    fresh: true,
  });
}

async function startDevices({ engine, devices }: CohortShape, port: number): Promise<ChildProcess> {
  const order: CohortOrder = { engine, devices, port };
  const program = fork(
    new URL(`./cohort-devices${extname(import.meta.url)}`, import.meta.url),
    [JSON.stringify(order)],
    { execArgv: ['--expose-gc'], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
  );
  const ended = once(program, 'exit').then(([code, signal]) => {
    throw new Error(`the devices' process ended with ${String(signal ?? code)} before it was ready`);
  });
  await Promise.race([once(program, 'message'), ended]);
  ended.catch(() => undefined); // an end later on is noticed by the step that does not come
  return program;
}
