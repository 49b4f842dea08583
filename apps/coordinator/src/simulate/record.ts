// What an experiment has measured so far: grows with every round, survives an interruption, becomes results.json.
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type DomainResults, resultsSchema, type Results, RESULTS_VERSION } from '@tessera/core/report';
import { strategyOf } from '@tessera/core/strategy';
import { z } from 'zod';
import { CommandFailure } from '../cli/index.ts';
import { writeFileAtomically } from '../store/index.ts';
import type { Experiment } from './experiment.ts';
import { publishedResults } from './published.ts';
import { publishedTable } from './published-tables.ts';

/** Name of the file with which an interrupted experiment goes on. */
const PROGRESS_FILE = 'progress.json';

const progressSchema = z.strictObject({
  /** The settings, to refuse to go on with others. */
  settings: z.record(z.string(), z.json()),
  startedAt: z.string(),
  starts: z.int().min(1),
  rounds: resultsSchema.shape.rounds,
  clusters: resultsSchema.shape.clusters,
  samples: resultsSchema.shape.samples,
  devices: resultsSchema.shape.devices,
  latency: resultsSchema.shape.latency,
  notes: resultsSchema.shape.notes,
  /** Bytes between edges and cloud; absent without a cloud. */
  cloud: z.strictObject({ up: z.int().min(0), down: z.int().min(0) }).optional(),
});

/** Everything of results.json that grows while the experiment runs. */
export type Progress = z.infer<typeof progressSchema>;

/** An experiment's settings as plain JSON. */
function settingsOf(experiment: Experiment): Results['settings'] {
  return z.record(z.string(), z.json()).parse(JSON.parse(JSON.stringify(experiment)));
}

/** The record of an experiment that begins. */
function newProgress(experiment: Experiment, startedAt: Date): Progress {
  return {
    settings: settingsOf(experiment),
    startedAt: startedAt.toISOString(),
    starts: 1,
    rounds: [],
    clusters: [],
    samples: [],
    devices: [],
    latency: { predictedStepSeconds: null, measuredStepSeconds: null, stages: [], model: null },
    notes: [],
  };
}

/** The record of an interrupted experiment in that folder; undefined when there is none. Throws an Error about a damaged one. */
async function readProgress(folder: string): Promise<Progress | undefined> {
  const text = await readFile(join(folder, PROGRESS_FILE), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : progressSchema.parse(JSON.parse(text));
}

/** The record to go on with; an earlier run in the folder is neither lost nor mixed with another. */
export async function openProgress({
  experiment,
  out,
  resume,
  now,
}: {
  readonly experiment: Experiment;
  readonly out: string;
  readonly resume: boolean;
  readonly now: () => Date;
}): Promise<Progress> {
  const before = await readProgress(out).catch((error: unknown) => {
    throw new CommandFailure(
      `The record in ${out} is damaged (${error instanceof Error ? error.message : String(error)}): name another folder with --out.`,
      1,
    );
  });
  if (!before) {
    if (resume) throw new CommandFailure(`There is no experiment in ${out} to go on with.`, 2);
    await rm(join(out, 'state'), { recursive: true, force: true });
    return newProgress(experiment, now());
  }
  if (!resume)
    throw new CommandFailure(
      `${out} holds an experiment already: go on with --resume, or name another folder with --out.`,
      2,
    );
  const wanted = settingsOf(experiment);
  const other = Object.keys(wanted).filter(
    (key) => JSON.stringify(wanted[key]) !== JSON.stringify(before.settings[key]),
  );
  if (other.length > 0)
    throw new CommandFailure(
      `${out} holds an experiment with other settings (${other.join(', ')}): resume with the same file and flags, or name another folder with --out.`,
      2,
    );
  return { ...before, starts: before.starts + 1 };
}

/** Writes the record, so that an interruption loses at most the round in progress. */
export async function writeProgress(folder: string, progress: Progress): Promise<void> {
  await writeFileAtomically(join(folder, PROGRESS_FILE), JSON.stringify(progress));
}

/** What is known at the end, or at an interruption, besides the record. */
export interface Outcome extends Pick<Results, 'engine' | 'finished'> {
  readonly domains: readonly DomainResults[];
  readonly steps: number;
}

/** The whole results.json. */
export function resultsOf(experiment: Experiment, progress: Progress, outcome: Outcome): Results {
  const { engine, finished, domains, steps } = outcome;
  const { name, title, paper } = strategyOf(experiment.strategy);
  const { startedAt, rounds, clusters, samples, devices, latency, notes, cloud } = progress;
  const bytesUp = devices.reduce((sum, device) => sum + device.bytesUp, 0);
  const bytesDown = devices.reduce((sum, device) => sum + device.bytesDown, 0);
  const bytesPerStep = steps === 0 ? null : (bytesUp + bytesDown) / steps;
  return {
    version: RESULTS_VERSION,
    title: experiment.title,
    settings: progress.settings,
    strategy: { name, title, paper: paper ?? null },
    seed: experiment.seed,
    engine,
    startedAt,
    finished,
    domains: [...domains],
    rounds,
    clusters,
    devices,
    latency,
    traffic: {
      bytesUp,
      bytesDown,
      bytesPerStep,
      perDevicePerStep: bytesPerStep === null ? null : bytesPerStep / devices.length,
      ...(cloud && { cloudUp: cloud.up, cloudDown: cloud.down }),
    },
    published: [...publishedResults(experiment.scenario), ...publishedTable(experiment)],
    notes,
    samples,
  };
}
