// Reads the configuration from a file and from flags, and reports every fault at once.
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { settingsWithinBudget, stepBudget } from '@tessera/core/cut';
import { type RunSettings, runSettingsSchema } from '@tessera/core/protocol';
import { STRATEGY_NAMES, strategyOf } from '@tessera/core/strategy';
import { z } from 'zod';
import { CommandFailure } from '../cli/index.ts';
import { faultsOf } from './faults.ts';
import { runContradictions } from './run-contradictions.ts';
import { type ServerSettings, serverSettingsSchema } from './server-settings.ts';

/** A configuration file is a page of JSON. */
const MAX_FILE_BYTES = 1 << 20; // 1 MiB

/** Everything that `serve` needs to know. */
export interface Config {
  readonly run: RunSettings;
  readonly server: ServerSettings;
}

export interface ConfigSources {
  /** The settings that hold where neither file nor flags say otherwise. */
  readonly preset: Readonly<Record<string, unknown>>;
  /** Path of a JSON file { "run": {…}, "server": {…} }. */
  readonly file?: string | undefined;
  /** KEY=VALUE pairs for the run, as typed. */
  readonly assignments: readonly string[];
  /** Server settings from flags; undefined ones are not set. */
  readonly server: Readonly<Record<string, unknown>>;
  readonly cwd: string;
}

const configSchema = z.strictObject({ run: runSettingsSchema, server: serverSettingsSchema });
const KNOWN_SETTINGS = [
  ...Object.keys(runSettingsSchema.shape).map((name) => `run.${name}`),
  ...Object.keys(serverSettingsSchema.shape).map((name) => `server.${name}`),
  'run',
  'server',
];
const record = z.record(z.string(), z.unknown());
const LIVE = STRATEGY_NAMES.filter((name) => strategyOf(name).live).join(', ');

/** @throws CommandFailure (exit code 2) that lists every fault of file and flags. */
export async function loadConfig(sources: ConfigSources): Promise<Config> {
  const file = sources.file === undefined ? {} : await readConfigFile(resolve(sources.cwd, sources.file));
  const faults: string[] = [];
  const input = {
    ...file,
    // A part of the wrong type is passed on as it is, so that the schema names the fault.
    run: merge({ ...sources.preset }, file.run, parseAssignments(sources.assignments, faults)),
    server: merge({}, file.server, defined(sources.server)),
  };
  const result = configSchema.safeParse(input);
  if (!result.success) faults.push(...faultsOf(result.error, input, KNOWN_SETTINGS));
  faults.push(...contradictions(input));
  if (faults.length > 0) throw configFailure(faults);
  return withinTraffic(configSchema.parse(input), record.parse(input.run));
}

/** Width, batch and encoding that nobody chose are such that a step of the expected devices fits their link. */
function withinTraffic({ run, server }: Config, chosen: Readonly<Record<string, unknown>>): Config {
  // Points are two numbers each: whatever was chosen fits.
  if (run.data === 'points') return { run, server };
  const { imageSize, imageChannels, blocks, zDim, classes } = run;
  const budget = stepBudget(server.expectedDevices, (server.linkMegabitsPerSecond * 1e6) / 8);
  const fitting = settingsWithinBudget(
    budget,
    { imageSize, imageChannels, blocks, zDim, classes: classes.length },
    {
      ...(chosen.width === undefined ? {} : { width: run.width }),
      ...(chosen.batch === undefined ? {} : { batch: run.batch }),
      encoding: run.encoding,
    },
  );
  return { run: { ...run, ...fitting }, server };
}

async function readConfigFile(path: string): Promise<Record<string, unknown>> {
  const fail = (what: string, cause?: unknown) =>
    new CommandFailure(`The configuration file ${path} ${what}.`, 2, { cause });
  let content: string;
  try {
    if ((await stat(path)).size > MAX_FILE_BYTES) throw fail('is larger than 1 MiB');
    content = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    throw fail(`cannot be read (${error instanceof Error ? error.message : String(error)})`, error);
  }
  try {
    return record.parse(JSON.parse(content));
  } catch (error) {
    const why = error instanceof SyntaxError ? error.message : 'the outermost value must be an object';
    throw fail(`is no JSON: ${why}`, error);
  }
}

/** Reads `width=0.5` as a JSON value, or as plain text where it is no JSON. */
function parseAssignments(assignments: readonly string[], faults: string[]): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const assignment of assignments) {
    const [, key, value] = /^([A-Za-z]\w*)=(.*)$/s.exec(assignment) ?? [];
    if (key === undefined || value === undefined) {
      faults.push(`--set needs KEY=VALUE, not "${assignment}"`);
      continue;
    }
    try {
      values[key] = JSON.parse(value);
    } catch {
      values[key] = value;
    }
  }
  return values;
}

/** Later parts win; a part that is no object wins whole, as a fault for the schema to name. */
function merge(...parts: readonly unknown[]): unknown {
  const wrong = parts.find((part) => part !== undefined && !record.safeParse(part).success);
  return wrong ?? Object.assign({}, ...parts);
}

function defined(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** Settings that are each within bounds but do not go together. */
function contradictions(input: { readonly run: unknown; readonly server: unknown }): string[] {
  const run = record.safeParse(input.run).data ?? {};
  const server = record.safeParse(input.server).data ?? {};
  const faults: string[] = [];
  const strategy = STRATEGY_NAMES.find((name) => name === run.strategy);
  if (strategy && !strategyOf(strategy).live)
    faults.push(
      `run.strategy "${strategy}" is there for comparisons and takes no volunteers: try it with \`tessera simulate\`; live are ${LIVE}`,
    );
  const { minimumDevices = 2, maximumDevices = 64, classes } = run;
  if (Number(minimumDevices) > Number(maximumDevices))
    faults.push(
      `run.minimumDevices (${Number(minimumDevices)}) is more than run.maximumDevices (${Number(maximumDevices)})`,
    );
  if (Array.isArray(classes) && new Set(classes).size < classes.length)
    faults.push('run.classes names a class twice');
  if ((server.certificateFile === undefined) !== (server.keyFile === undefined))
    faults.push('server.certificateFile and server.keyFile (--cert and --key) are only of use together');
  faults.push(...runContradictions(run).map(({ fault }) => fault));
  const { port = 7777, httpsPort = 7778 } = server;
  if (port === httpsPort && port !== 0)
    faults.push(`server.port and server.httpsPort are both ${Number(port)}`);
  return faults;
}

function configFailure(faults: readonly string[]): CommandFailure {
  const head =
    faults.length === 1 ? 'The configuration has a fault:' : `The configuration has ${faults.length} faults:`;
  return new CommandFailure([head, ...faults.map((fault) => `  - ${fault}`)].join('\n'), 2);
}
