// results.csv and rounds.csv (RFC 4180), one line per domain and one per round and domain.
import type { Results } from './results.ts';

type Field = string | number | boolean | null | undefined;

const RUN_COLUMNS = ['title', 'strategy', 'seed', 'engine', 'finished'] as const;

/** results.csv of one run or of several: a header, then a line per run and domain. */
export function resultsCsv(runs: readonly Results[]): string {
  const header = [
    ...RUN_COLUMNS,
    'domain',
    'devices',
    'train_images',
    'test_images',
    'accuracy',
    'precision',
    'recall',
    'f1',
    'fpr',
    'score',
    'frechet',
    'real_accuracy',
    'real_score',
    'coverage',
    'modes',
    'nearby',
    'agreement',
    'right_domain',
  ];
  const lines = runs.flatMap((run) =>
    run.domains.map((domain) => [
      ...runFields(run),
      domain.name,
      domain.devices,
      domain.trainImages,
      domain.testImages,
      domain.accuracy,
      domain.precision,
      domain.recall,
      domain.f1,
      domain.fpr,
      domain.score,
      domain.frechet,
      domain.realAccuracy,
      domain.realScore,
      domain.coverage?.join(' '),
      domain.modes,
      domain.nearby,
      domain.agreement,
      domain.rightDomain,
    ]),
  );
  return csvText([header, ...lines]);
}

/** rounds.csv of one run or of several: a header, then a line per run, round and domain. */
export function roundsCsv(runs: readonly Results[]): string {
  const header = [
    ...RUN_COLUMNS,
    'round',
    'steps',
    'seconds',
    'wall_seconds',
    'loss_discriminator_real',
    'loss_discriminator_fake',
    'loss_generator',
    'silhouette',
    'groups',
    'bytes',
    'domain',
    'score',
    'frechet',
    'modes',
    'nearby',
  ];
  const lines = runs.flatMap((run) =>
    run.rounds.flatMap((round) =>
      run.domains.map(({ name }) => {
        const scored = round.domains.find((domain) => domain.name === name);
        return [
          ...runFields(run),
          round.round,
          round.steps,
          round.seconds,
          round.wallSeconds,
          round.losses.discriminatorReal,
          round.losses.discriminatorFake,
          round.losses.generator,
          round.silhouette,
          round.groups,
          round.bytes,
          name,
          scored?.score,
          scored?.frechet,
          scored?.modes,
          scored?.nearby,
        ];
      }),
    ),
  );
  return csvText([header, ...lines]);
}

function runFields(run: Results): Field[] {
  return [run.title, run.strategy.name, run.seed, run.engine, run.finished];
}

function csvText(lines: readonly (readonly Field[])[]): string {
  return lines.map((line) => `${line.map(csvField).join(',')}\r\n`).join('');
}

function csvField(value: Field): string {
  const text = value === null || value === undefined ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
