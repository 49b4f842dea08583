// Whole steps of 2, 8 and 32 devices against one coordinator over real sockets, and where their time goes.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { once } from 'node:events';
import { serverSettingsSchema } from '@tessera/coordinator/config';
import { type Coordinator, startCoordinator } from '@tessera/coordinator/serve';
import { systemClock } from '@tessera/core/clock';
import { runSettingsSchema } from '@tessera/core/protocol';
import { type Benchmark, type Setting } from '../benchmark.ts';
import type { CohortOrder, CohortReply } from '../cohort-devices.ts';
import { median } from '../race.ts';
import { ACTIVITIES, type TimeShares, watchThread } from '../time-shares.ts';

const COHORTS = [2, 8, 32];
const BATCH = 16;
const WIDTH = 1 / 4;
/** Steps before the ones that count. */
const WARM_UP_STEPS = 3;
const STEPS = 20;
const QUICK_STEPS = 5;
/** A cohort on a slow engine is not waited for beyond this. */
const LIMIT_MS = 300_000;

/** All devices share one thread, the coordinator's middle and its sockets have one each. */
export const cohortBenchmark: Benchmark = {
  name: 'cohort',
  summary: 'whole steps of 2, 8 and 32 devices against one coordinator, with shares of time',
  usesEngine: true,
  async run(setting) {
    for (const devices of setting.quick ? COHORTS.slice(0, 2) : COHORTS) await measure(setting, devices);
  },
};

async function measure(setting: Setting, devices: number): Promise<void> {
  setting.progress(`cohort of ${devices}`);
  const dataDir = await mkdtemp(join(tmpdir(), 'tessera-bench-'));
  let coordinator: Coordinator | undefined;
  let worker: Worker | undefined;
  try {
    coordinator = await openCoordinator(setting, dataDir, devices);
    coordinator.run.command('start');
    worker = await startDevices({ engine: setting.engine, devices, port: coordinator.httpPort });
    const times = new StepTimes(coordinator);
    await times.until(WARM_UP_STEPS);
    const stop = await watchThread();
    await ask(worker, 'watch');
    const first = times.done;
    await times.until(first + (setting.quick ? QUICK_STEPS : STEPS));
    const shares = { coordinator: await stop(), devices: await ask(worker, 'stop') };
    const seconds = times.seconds.slice(first);
    const { stepTime } = coordinator.run.view();
    setting.report({
      name: `cohort of ${devices} devices`,
      engine: setting.engine,
      batch: BATCH,
      width: WIDTH,
      median_ms: median(seconds) * 1000,
      baseline: null,
      ratio: null,
      details: {
        body_ms: (stepTime?.body ?? 0) * 1000,
        ...named('devices', shares.devices),
        ...named('sockets', shares.coordinator),
      },
    });
  } finally {
    await worker?.terminate();
    await coordinator?.close();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 10 });
  }
}

function openCoordinator({ engine }: Setting, dataDir: string, devices: number): Promise<Coordinator> {
  const run = runSettingsSchema.parse({
    id: 'bench',
    title: 'Benchmark',
    classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    width: WIDTH,
    batch: BATCH,
    stepsPerRound: 10_000,
    rounds: 1,
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

/** Hears of each step's end, and remembers how long it took. */
class StepTimes {
  readonly seconds: number[] = [];
  readonly #coordinator: Coordinator;
  #startedMs: number | undefined;
  #step = 0;
  #heard: () => void = () => undefined;

  constructor(coordinator: Coordinator) {
    this.#coordinator = coordinator;
    coordinator.run.onChange(() => {
      this.#look();
    });
  }

  get done(): number {
    return this.seconds.length;
  }

  /** Resolves when so many steps are done; throws when that takes too long. */
  until(count: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const { phase, step } = this.#coordinator.run.view();
        reject(new Error(`after ${LIMIT_MS / 1000} s the run is ${phase} at step ${step}`));
      }, LIMIT_MS);
      this.#heard = () => {
        if (this.done < count) return;
        clearTimeout(timer);
        resolve();
      };
      this.#heard();
    });
  }

  #look(): void {
    const { phase, step } = this.#coordinator.run.view();
    if (phase !== 'training') return;
    const now = performance.now();
    this.#startedMs ??= now;
    if (step === this.#step) return;
    this.seconds.push((now - this.#startedMs) / 1000);
    [this.#startedMs, this.#step] = [now, step];
    this.#heard();
  }
}

async function startDevices(order: CohortOrder): Promise<Worker> {
  const program = new URL(`../cohort-devices${extname(import.meta.url)}`, import.meta.url);
  const worker = new Worker(program, { workerData: order });
  worker.on('error', (error) => {
    throw error;
  });
  await once(worker, 'message');
  return worker;
}

async function ask(worker: Worker, what: 'watch' | 'stop'): Promise<TimeShares> {
  worker.postMessage(what);
  const [reply] = (await once(worker, 'message')) as [CohortReply]; // our own program answers
  return reply;
}

/** Shares of the whole, by activity. */
function named(thread: string, shares: TimeShares): Record<string, number> {
  const whole = ACTIVITIES.reduce((sum, name) => sum + shares[name], 0) || 1;
  return Object.fromEntries(ACTIVITIES.map((name) => [`${thread}_${name}`, shares[name] / whole]));
}
