// Reads an experiment from YAML and from flags, and reports every fault at once, with its line.
import { readFile, stat } from 'node:fs/promises';
import { strategyOf } from '@tessera/core/strategy';
import { isMap, isPair, isScalar, LineCounter, type Document, parseDocument } from 'yaml';
import { z } from 'zod';
import { CommandFailure } from '../cli/index.ts';
import { faultsOf, runContradictions } from '../config/index.ts';
import { isGaussian } from '../domains/index.ts';
import { communitiesOf, devicesByDomain } from './communities.ts';
import { type Experiment, experimentSchema } from './experiment.ts';
import { tierContradictions } from './tier-contradictions.ts';

/** An experiment is a page of text. */
const MAX_FILE_BYTES = 1 << 20; // 1 MiB

/** The line of what stands in no line. */
const AFTER_THE_FILE = Number.MAX_SAFE_INTEGER;

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
  const found = result.success
    ? contradictions(result.data)
    : result.error.issues
        .flatMap(separated)
        .flatMap(({ issue, at }) =>
          faultsOf(new z.ZodError([issue]), input, knownNear(at)).map((fault) => ({ at, fault })),
        );
  faults.push(
    ...inOrder(found.map(({ at, fault }) => ({ fault, ...placeOf(document, lines, at, overridden) }))),
  );
  if (!result.success || faults.length > 0) throw failure(path, faults);
  return result.data;
}

/** Where a fault is: in a line of the file, in a flag, or (for what is missing altogether) nowhere. */
interface Place {
  readonly line: number;
  readonly prefix: string;
}

/** From the first line to the last, then those of flags and of what is missing. */
function inOrder(faults: readonly (Place & { readonly fault: string })[]): string[] {
  return [...faults].sort((a, b) => a.line - b.line).map(({ prefix, fault }) => `${prefix}${fault}`);
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
    try {
      document.setIn(path, valueOf(value));
      paths.push(path);
    } catch {
      faults.push(`--set ${assignment}: there is no such place in the file`);
    }
  }
  return paths;
}

/** What a flag's text stands for: YAML on one line, but "Pen: again" is a text and no map. */
function valueOf(text: string): unknown {
  const { errors, contents } = parseDocument(text);
  const isBlock = isMap(contents) && contents.flow !== true;
  return errors.length > 0 || isBlock ? text : contents;
}

/**
 * An issue about several unknown keys becomes one about each, so that each gets its own line; one about a choice
 * between a word and a list becomes those of the list, where a list was given.
 */
function separated(issue: z.core.$ZodIssue): { issue: z.core.$ZodIssue; at: Path }[] {
  if (issue.code === 'invalid_union') {
    const inside = issue.errors.find(
      (branch) => branch.length > 0 && branch.every(({ path }) => path.length > 0),
    );
    if (inside) return inside.flatMap((one) => separated({ ...one, path: [...issue.path, ...one.path] }));
  }
  if (issue.code !== 'unrecognized_keys') return [{ issue, at: issue.path }];
  return issue.keys.map((key) => ({ issue: { ...issue, keys: [key] }, at: [...issue.path, key] }));
}

/** "line 12: ", "--set: " for what a flag has set, or nothing for what is not there. */
function placeOf(document: Document, lines: LineCounter, at: Path, overridden: readonly Path[]): Place {
  const isPrefix = (path: Path) => path.every((key, i) => String(key) === String(at[i]));
  if (overridden.some((path) => path.length <= at.length && isPrefix(path)))
    return { line: AFTER_THE_FILE, prefix: '--set: ' };
  for (let length = at.length; length > 0; length--) {
    const offset = offsetOf(document, at.slice(0, length));
    if (offset === undefined) continue;
    const { line } = lines.linePos(offset);
    return { line, prefix: `line ${line}: ` };
  }
  return { line: AFTER_THE_FILE, prefix: '' };
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
  faults.push(...tierContradictions(experiment));
  const told = {
    strategy: experiment.strategy,
    data: domains.some(({ source }) => isGaussian(source)) ? 'points' : 'images',
    communities: communitiesOf(experiment).map(({ name }) => name),
  };
  for (const { key, fault } of runContradictions({ ...run, ...told }))
    faults.push({ at: ['run', key], fault });
  const names = domains.map(({ name }) => name);
  names.forEach((name, i) => {
    if (names.indexOf(name) < i)
      faults.push({ at: ['domains', i, 'name'], fault: `two domains are called ${name}` });
  });
  if (events.length > 0 && strategyOf(experiment.strategy).pooled)
    faults.push({
      at: ['events'],
      fault: `${experiment.strategy} has one machine, and no device to slow down`,
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

/** Every setting by its full name, "*" for a place in a list. */
const KNOWN = settingNames(experimentSchema);

/** The settings that may be meant at this place, for "did you mean". */
function knownNear(at: Path): string[] {
  const places = at.filter((part) => typeof part === 'number');
  return KNOWN.map((name) => {
    let next = 0;
    return name.replaceAll('*', () => String(places[next++] ?? 0));
  });
}

/** The names of all settings of a schema, "*" for a place in a list. */
export function settingNames(schema: z.ZodType, prefix = ''): string[] {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional)
    return settingNames(schema.unwrap() as z.ZodType, prefix);
  if (schema instanceof z.ZodUnion)
    return [...new Set(schema.options.flatMap((option) => settingNames(option as z.ZodType, prefix)))];
  if (schema instanceof z.ZodArray) return settingNames(schema.element as z.ZodType, `${prefix}*.`);
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape).flatMap(([key, child]) => [
    `${prefix}${key}`,
    ...settingNames(child as z.ZodType, `${prefix}${key}.`),
  ]);
}
