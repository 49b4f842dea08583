// Reads an experiment from YAML and from flags, and reports every fault at once, with its line.
import { readFile, stat } from 'node:fs/promises';
import { isMap, isPair, isScalar, LineCounter, type Document, parseDocument } from 'yaml';
import { z } from 'zod';
import { CommandFailure } from '../cli/index.ts';
import { faultsOf, runContradictions } from '../config/index.ts';
import { devicesByDomain, type Experiment, experimentSchema } from './experiment.ts';

/** An experiment is a page of text. */
const MAX_FILE_BYTES = 1 << 20; // 1 MiB

/** Where an experiment comes from. */
export interface ExperimentSources {
  /** Absolute path of the YAML file. */
  readonly path: string;
  /** KEY=VALUE pairs as typed; KEY may have dots, as in run.width=0.5. */
  readonly assignments: readonly string[];
}

type Path = readonly PropertyKey[];

/** @throws CommandFailure (exit code 2) that lists every fault of file and flags, with line numbers. */
export async function readExperiment({ path, assignments }: ExperimentSources): Promise<Experiment> {
  const text = await readText(path);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  if (document.errors.length > 0)
    throw failure(
      path,
      document.errors.map(({ message, linePos }) => {
        const [first = message] = message.split('\n');
        return linePos ? `line ${linePos[0].line}: ${first.replace(/ at line.*/, '')}` : first;
      }),
    );
  const faults: string[] = [];
  const overridden = applyAssignments(document, assignments, faults);
  const input: unknown = document.toJS({ maxAliasCount: 100 });
  const result = experimentSchema.safeParse(input);
  const where = (at: Path) => placeOf(document, lines, at, overridden);
  for (const issue of result.error?.issues ?? [])
    for (const one of separated(issue))
      for (const sentence of faultsOf(new z.ZodError([one.issue]), input, KNOWN))
        faults.push(`${where(one.at)}${sentence}`);
  if (result.success)
    faults.push(...contradictions(result.data).map(({ at, fault }) => `${where(at)}${fault}`));
  if (!result.success || faults.length > 0) throw failure(path, faults);
  return result.data;
}

async function readText(path: string): Promise<string> {
  try {
    if ((await stat(path)).size > MAX_FILE_BYTES)
      throw new CommandFailure(`The experiment ${path} is larger than 1 MiB.`, 2);
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(`The experiment ${path} cannot be read (${reason}).`, 2, { cause: error });
  }
}

/** Puts each value in its place; returns the paths that flags have set. */
function applyAssignments(document: Document, assignments: readonly string[], faults: string[]): Path[] {
  const paths: Path[] = [];
  for (const assignment of assignments) {
    const [, key, value] = /^([A-Za-z][\w.]*)=(.*)$/s.exec(assignment) ?? [];
    if (key === undefined || value === undefined) {
      faults.push(`--set needs KEY=VALUE, for example run.width=0.5, not "${assignment}"`);
      continue;
    }
    const path = key.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part));
    const parsed = parseDocument(value);
    try {
      document.setIn(path, parsed.errors.length > 0 ? value : parsed.contents);
      paths.push(path);
    } catch {
      faults.push(`--set ${assignment}: there is no such place in the file`);
    }
  }
  return paths;
}

/** An issue about several unknown keys becomes one about each, so that each gets its own line. */
function separated(issue: z.core.$ZodIssue): { issue: z.core.$ZodIssue; at: Path }[] {
  if (issue.code !== 'unrecognized_keys') return [{ issue, at: issue.path }];
  return issue.keys.map((key) => ({ issue: { ...issue, keys: [key] }, at: [...issue.path, key] }));
}

/** "line 12: ", "--set: " for what a flag has set, or nothing for what is not there. */
function placeOf(document: Document, lines: LineCounter, at: Path, overridden: readonly Path[]): string {
  const isPrefix = (path: Path) => path.every((key, i) => String(key) === String(at[i]));
  if (overridden.some((path) => path.length <= at.length && isPrefix(path))) return '--set: ';
  for (let length = at.length; length > 0; length--) {
    const offset = offsetOf(document, at.slice(0, length));
    if (offset !== undefined) return `line ${lines.linePos(offset).line}: `;
  }
  return '';
}

function offsetOf(document: Document, path: Path): number | undefined {
  const parent: unknown = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const key = path.at(-1);
  if (isMap(parent)) {
    const pair = parent.items.find(
      (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(key),
    );
    return isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
  }
  const node: unknown = document.getIn(path, true);
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)
    ? Number(node.range[0])
    : undefined;
}

/** Settings that are each within bounds but do not go together. */
function contradictions(experiment: Experiment): { at: Path; fault: string }[] {
  const faults: { at: Path; fault: string }[] = [];
  const { domains, devices, events, run } = experiment;
  const byDomain = devicesByDomain(experiment);
  const sum = byDomain.reduce((total, count) => total + count, 0);
  if (sum !== devices || byDomain.some((count) => count < 1))
    faults.push({
      at: ['devices'],
      fault: `devices (${devices}) cannot be dealt to ${domains.length} domains as they ask: ${byDomain.join(' + ')}`,
    });
  for (const { key, fault } of runContradictions({ ...run, strategy: experiment.strategy }))
    faults.push({ at: ['run', key], fault });
  const names = domains.map(({ name }) => name);
  names.forEach((name, i) => {
    if (names.indexOf(name) < i)
      faults.push({ at: ['domains', i, 'name'], fault: `two domains are called ${name}` });
  });
  events.forEach(({ device, round }, i) => {
    if (device > devices)
      faults.push({ at: ['events', i, 'device'], fault: `there is no device ${device} among ${devices}` });
    if (round >= run.rounds)
      faults.push({ at: ['events', i, 'round'], fault: `the run has ${run.rounds} rounds, counted from 0` });
  });
  return faults;
}

function failure(path: string, faults: readonly string[]): CommandFailure {
  const head =
    faults.length === 1
      ? `The experiment ${path} has a fault:`
      : `The experiment ${path} has ${faults.length} faults:`;
  return new CommandFailure([head, ...faults.map((fault) => `  - ${fault}`)].join('\n'), 2);
}

/** Every setting by its full name, for "did you mean". */
const KNOWN = settingNames(experimentSchema);

function settingNames(schema: z.ZodType, prefix = ''): string[] {
  const inner = unwrapped(schema);
  if (!(inner instanceof z.ZodObject)) return [];
  return Object.entries(inner.shape).flatMap(([key, child]) => [
    `${prefix}${key}`,
    ...settingNames(child as z.ZodType, `${prefix}${key}.`),
  ]);
}

function unwrapped(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodDefault || schema instanceof z.ZodOptional
    ? unwrapped(schema.unwrap() as z.ZodType)
    : schema;
}
