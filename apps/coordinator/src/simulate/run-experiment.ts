// Runs one experiment: loads, deals, trains on virtual time, scores after each round, writes what was measured.
import { systemClock } from '@tessera/core/clock';
import type { Results } from '@tessera/core/report';
import type { Io } from '../cli/index.ts';
import { type Domain, loadDomain } from '../domains/index.ts';
import type { StartedEngine } from '../engine/index.ts';
import { devicesOf } from './devices.ts';
import type { Experiment } from './experiment.ts';
import { HalfProcesses } from './halves/half-processes.ts';
import { Laboratory } from './laboratory.ts';
import { ProgressLine } from './progress-line.ts';
import { openProgress } from './record.ts';

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

/** Runs to the end or to an interruption; either way what was measured is written. Throws CommandFailures. */
export async function runExperiment(options: RunExperimentOptions): Promise<Results> {
  const { experiment, io } = options;
  const line = new ProgressLine(io, () => systemClock.now());
  try {
    const progress = await openProgress(options);
    line.show(0, 'loading the images');
    const domains = await loadDomains(options);
    const devices = devicesOf(experiment, domains, progress.starts);
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
  } finally {
    line.end();
  }
}

async function loadDomains({ experiment, dataDir, beside }: RunExperimentOptions): Promise<Domain[]> {
  const { imageSize, imageChannels } = experiment.run;
  const domains: Domain[] = [];
  for (const domain of experiment.domains)
    domains.push(await loadDomain({ ...domain, imageSize, imageChannels }, dataDir, beside));
  return domains;
}
