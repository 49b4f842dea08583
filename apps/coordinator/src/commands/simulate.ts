// The command that runs an experiment on simulated devices.
import { availableParallelism } from 'node:os';
import { dirname, resolve } from 'node:path';
import {
  choice,
  CommandFailure,
  defineCommand,
  flag,
  json,
  renderTable,
  text,
  texts,
  wholeNumber,
} from '../cli/index.ts';
import { ENGINE_NAMES, EngineRefusal, startEngine } from '../engine/index.ts';
import { SCORER_FOLDER } from '../evaluate/index.ts';
import { counted } from '../report/index.ts';
import { readExperiment, runExperiment } from '../simulate/index.ts';
import type { Results } from '@tessera/core/report';

const DESCRIPTION = [
  'Trains the devices of an experiment in one process: the same device and coordinator loops as a live run, on simulated speeds and links and virtual time, the computing itself for real. Scores the generators after each round, and leaves a report in the folder given with --out.',
  '',
  'Ctrl-C keeps all finished rounds; the same line with --resume goes on after them. The same file, seed and engine give the same numbers; an experiment that was interrupted goes on with fresh noise.',
].join('\n');

/** `tessera simulate FILE`: exit code 130 after an interruption. */
export const simulateCommand = defineCommand({
  name: 'simulate',
  summary: 'run an experiment on simulated devices and write its report',
  description: DESCRIPTION,
  positionals: [{ name: 'FILE', description: 'The experiment, YAML (see experiments/)' }],
  options: {
    data: text('DIR', 'Folder of the image sets; `tessera data` says where to get them'),
    out: text('DIR', 'Folder of the results (default runs/ and the name of the file)'),
    set: texts('KEY=VALUE', 'Another value for a setting of the file, as in run.width=0.5; may be repeated'),
    seed: wholeNumber('N', "Another seed; 1 deals the paper's authors' own partitions", { max: 0xffff_ffff }),
    resume: flag('Go on with the experiment in the folder of --out'),
    engine: choice(['auto', ...ENGINE_NAMES] as const, 'The compute engine; the best that works by default'),
    workers: wholeNumber(
      'N',
      "Processes that compute the devices' steps (default one a core; 0: none but this)",
      {
        max: 64,
      },
    ),
    scorers: text('DIR', `Where scorers are kept between experiments (default ${SCORER_FOLDER})`),
    json,
  },
  examples: [
    { line: 'experiments/quick.yaml', does: 'Two domains of drawn digits on eight devices, in minutes.' },
    {
      line: 'experiments/scenario-5.yaml --data ~/data --set devices=8 --set run.width=0.25',
      does: "The paper's fifth scenario, made smaller.",
    },
    {
      line: 'experiments/quick.yaml --set strategy=fed-gan --out runs/fed-gan',
      does: 'The same with another training algorithm; `tessera report` compares the two.',
    },
  ],
  async run({ options, words: [file = ''] }, io) {
    const path = resolve(io.cwd, file);
    const seed = options.seed === undefined ? [] : [`seed=${options.seed}`];
    const experiment = await readExperiment({ path, assignments: [...options.set, ...seed] });
    const out = resolve(io.cwd, options.out ?? `runs/${stemOf(file)}`);
    const engine = await startEngine({ engine: options.engine ?? 'auto', env: io.environment }).catch(
      refused,
    );
    io.err(`Engine: ${engine.adapter}`);
    const results = await runExperiment({
      experiment,
      dataDir: options.data === undefined ? undefined : resolve(io.cwd, options.data),
      beside: dirname(path),
      out,
      scorerFolder: resolve(io.cwd, options.scorers ?? SCORER_FOLDER),
      resume: options.resume,
      engine,
      workers: options.workers ?? workersFor(experiment.devices),
      io,
      now: () => new Date(),
    });
    if (!results) {
      io.err('Interrupted before the training began: nothing is kept.');
      return 130;
    }
    io.out(options.json ? JSON.stringify(results, undefined, 2) : summary(results, out));
    if (results.finished) return 0;
    io.err('Interrupted. The same command with --resume goes on after the last finished round.');
    return 130;
  },
});

function summary({ domains, rounds, latency }: Results, out: string): string {
  const figure = (value: number | null, digits: number) => (value === null ? '-' : value.toFixed(digits));
  const points = domains.some(({ modes }) => modes !== undefined);
  const told = domains.some(({ rightDomain }) => rightDomain !== undefined) ? ['right domain'] : [];
  const table = points
    ? renderTable(
        ['domain', 'modes hit', 'near a mode'],
        domains.map(({ name, modes, nearby }) => [name, String(modes ?? '-'), figure(nearby ?? null, 3)]),
      )
    : renderTable(
        ['domain', 'accuracy %', 'F1 %', 'image score', 'Fréchet', 'scorer on real %', ...told],
        domains.map(({ name, accuracy, f1, score, frechet, realAccuracy, rightDomain }) => [
          name,
          figure(accuracy, 2),
          figure(f1, 2),
          figure(score, 3),
          figure(frechet, 2),
          figure(realAccuracy, 2),
          ...told.map(() => figure(rightDomain ?? null, 3)),
        ]),
      );
  const last = rounds.at(-1);
  return [
    table,
    `${counted(rounds.length, 'round')} in ${Math.round(last?.wallSeconds ?? 0)} s; ${figure(latency.measuredStepSeconds, 3)} s a step on the simulated devices.`,
    `Report: ${out}/report.html`,
  ].join('\n');
}

/** One process a core, where there are several cores and devices. */
function workersFor(devices: number): number {
  const cores = availableParallelism();
  return cores > 1 && devices > 1 ? Math.min(cores, devices) : 0;
}

/** "scenario-5" of "experiments/scenario-5.yaml". */
function stemOf(file: string): string {
  return (file.split(/[\\/]/).at(-1) ?? file).replace(/\.[^.]*$/, '');
}

function refused(error: unknown): never {
  if (error instanceof EngineRefusal) throw new CommandFailure(error.message, 1, { cause: error });
  throw error;
}
