// Several runs beside each other: which of them are one experiment with different seeds, and what sets them apart.
import type { Results } from './results.ts';

/** A run and the name of the folder it was read from. */
export interface NamedRun {
  readonly folder: string;
  readonly results: Results;
}

/** Runs that differ in nothing but their seed; often only one. */
export interface RunSet {
  /** Tells it from the other sets. */
  readonly label: string;
  readonly runs: readonly NamedRun[];
}

/** A mean over the runs of a set that measured it. */
export interface Spread {
  readonly mean: number;
  /** Standard deviation over the runs (n - 1); null for one run. */
  readonly deviation: number | null;
  readonly count: number;
}

/** A setting that is not the same in all sets; undefined where a set lacks it. */
export interface SettingDifference {
  readonly path: string;
  readonly values: readonly (string | undefined)[];
}

/** Mean and standard deviation of what was measured; null when nothing was. */
export function spreadOf(values: readonly (number | null | undefined)[]): Spread | null {
  const known = values.filter((value): value is number => typeof value === 'number');
  if (known.length === 0) return null;
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const squares = known.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    mean,
    deviation: known.length > 1 ? Math.sqrt(squares / (known.length - 1)) : null,
    count: known.length,
  };
}

/**
 * Sets of runs with the same title, strategy and settings but different seeds, in the order in which they first come. A
 * seed that comes twice would count one chance twice: such runs stay apart.
 */
export function runSets(runs: readonly NamedRun[]): readonly RunSet[] {
  const alike = new Map<string, NamedRun[]>();
  for (const run of runs) {
    const key = sameness(run.results);
    alike.set(key, [...(alike.get(key) ?? []), run]);
  }
  const sets = [...alike.values()].flatMap((members) => {
    const seeds = new Set(members.map(({ results }) => results.seed));
    return seeds.size === members.length ? [members] : members.map((member) => [member]);
  });
  const labels = labelsOf(sets);
  return sets.map((members, i) => ({ label: labels[i] ?? '', runs: members }));
}

/** What the settings of the sets differ in, by path ("federation.alpha"), seeds left out. */
export function settingDifferences(sets: readonly RunSet[]): readonly SettingDifference[] {
  const flat = sets.map(({ runs }) => flatSettings(runs[0]?.results.settings ?? {}));
  const paths = new Set(flat.flatMap((settings) => [...settings.keys()]));
  return [...paths].flatMap((path) => {
    const values = flat.map((settings) => settings.get(path));
    return new Set(values).size > 1 ? [{ path, values }] : [];
  });
}

/** Settings as lines: the path of every plain value, and the value as text; short lists of plain values stay whole. */
export function flatSettings(settings: Results['settings'], { seeds = false } = {}): Map<string, string> {
  const flat = new Map<string, string>();
  const visit = (value: unknown, path: string): void => {
    if (!seeds && /(?:^|\.)seed$/.test(path)) return;
    if (typeof value !== 'object' || value === null) flat.set(path, String(value));
    else if (Array.isArray(value) && value.every((item) => typeof item !== 'object' || item === null))
      flat.set(path, value.length === 0 ? 'none' : value.join(', '));
    else if (Array.isArray(value))
      value.forEach((item, i) => {
        visit(item, `${path}[${i}]`);
      });
    else for (const [key, item] of Object.entries(value)) visit(item, path === '' ? key : `${path}.${key}`);
  };
  visit(settings, '');
  return flat;
}

function sameness({ title, strategy, settings, finished }: Results): string {
  const lines = [...flatSettings(settings)].sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([title, strategy.name, finished, lines]);
}

/** Strategy alone where that tells the sets apart, else with title, else with the folder of the first run. */
function labelsOf(sets: readonly (readonly NamedRun[])[]): readonly string[] {
  const first = sets.map(([run]) => run);
  const candidates = [
    first.map((run) => run?.results.strategy.title ?? ''),
    first.map((run) => run?.results.title ?? ''),
    first.map((run) => `${run?.results.title ?? ''}, ${run?.results.strategy.title ?? ''}`),
  ];
  const byFolder = first.map((run) => `${run?.results.strategy.title ?? ''} (${run?.folder ?? ''})`);
  return candidates.find((labels) => new Set(labels).size === labels.length) ?? byFolder;
}
