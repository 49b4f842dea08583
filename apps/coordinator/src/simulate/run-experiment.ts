// Runs one experiment: loads, deals, trains on virtual time, scores after each round, writes what was measured.
import { systemClock } from '@tessera/core/clock';
import type { Results } from '@tessera/core/report';
import { CommandFailure, type Io } from '../cli/index.ts';
import { type Domain, loadDomain } from '../domains/index.ts';
import type { StartedEngine } from '../engine/index.ts';
import { devicesOf } from './devices.ts';
import type { Experiment } from './experiment.ts';
import { HalfProcesses } from './halves/half-processes.ts';
import { Laboratory } from './laboratory.ts';
import { ProgressLine } from './progress-line.ts';
import { openProgress } from './record.ts';
import { requireClasses } from './settings-of-run.ts';
import { unlessInterrupted } from './unless-interrupted.ts';

export interface RunExperimentOptions {
  readonly experiment: Experiment;
  /** Folder of the data sets; undefined when none was named. */
  readonly dataDir: string | undefined;
  /** Folder of the experiment's file, for paths in it. */
  readonly beside: string;
  /** Folder of everything that the experiment leaves. */
  readonly out: string;
  readonly scorerFolder: string;
  readonly resume: boolean;
  readonly engine: StartedEngine;
  /** Processes that compute the devices' steps; 0: this one does. */
  readonly workers: number;
  readonly io: Io;
  /** Of the report's date. */
  readonly now: () => Date;
}

/**
 * Runs to the end or to an interruption; either way what was measured is written. Undefined: it was interrupted before the
 * training began, and nothing is kept. Throws CommandFailures.
 */
export async function runExperiment(options: RunExperimentOptions): Promise<Results | undefined> {
  const { io } = options;
  const line = new ProgressLine(io, () => systemClock.now());
  try {
    return await unlessInterrupted(io.interrupted, () => atWork(options, line));
  } finally {
    line.end();
  }
}

async function atWork(options: RunExperimentOptions, line: ProgressLine): Promise<Results> {
  const progress = await openProgress(options);
  line.show(0, 'loading the images');
  const domains = await loadDomains(options);
  requireClasses(options.experiment, domains);
  const devices = devicesOf(options.experiment, domains, progress.starts);
  const processes = await HalfProcesses.start(options.workers, options.engine.name);
  try {
    const laboratory = await Laboratory.open({ ...options, progress, domains, devices, line, processes });
    try {
      await laboratory.train();
      return await laboratory.finish();
    } finally {
      await laboratory.close();
    }
  } finally {
    processes.close();
  }
}

/** Throws a CommandFailure that says what is wrong with each domain that cannot be loaded. */
async function loadDomains({ experiment, dataDir, beside }: RunExperimentOptions): Promise<Domain[]> {
  const { imageSize, imageChannels } = experiment.run;
  const domains: Domain[] = [];
  const faults: CommandFailure[] = [];
  for (const domain of experiment.domains) {
    try {
      const options = { imageSize, imageChannels, grid: experiment.gaussians };
      domains.push(await loadDomain({ ...domain, ...options }, dataDir, beside));
    } catch (error) {
      if (!(error instanceof CommandFailure)) throw error;
      faults.push(error);
    }
  }
  const [first] = faults;
  if (first)
    throw new CommandFailure(faults.map(({ message }) => message).join('\n'), first.exitCode, {
      cause: first,
    });
  return domains;
}
