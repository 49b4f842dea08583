// tessera engine: which compute engines load on this machine, and how to get the fastest one.
import { CommandFailure, defineCommand, flag, type Io, json, PROGRAM, renderTable } from '../cli/index.ts';
import { installOnThisMachine, type InstallOutcome } from '../engine/install/install-tfjs-node.ts';
import { progressPrinter } from '../engine/install/print-progress.ts';
import type { EngineProbe } from '../engine/probe.ts';
import { SMALL_STEP } from '../engine/small-step-name.ts';
import { surveyEngines } from '../engine/survey.ts';

/** Lists the engines of this machine, or installs TensorFlow's native library. */
export const engineCommand = defineCommand({
  name: 'engine',
  summary: 'show which compute engines work here, or install the fastest',
  description:
    'Tries each compute engine in a process of its own, times one small training step on it, and says why the others do not work. ' +
    '"engine install" makes tfjs-node work: by its own installer where its storage can be reached, else from the TensorFlow library in a Python wheel (200 MB, kept in the user\'s cache folder) and a C++ compiler.',
  positionals: [{ name: 'install', description: 'the word install, to install TensorFlow', optional: true }],
  options: { json, force: flag('With install: install again although everything is in place') },
  examples: [
    { line: '', does: 'list the engines with the time of one small step on each' },
    { line: 'install', does: "install TensorFlow's native library for Node" },
    { line: '--json', does: 'the same list for programs' },
  ],
  async run({ options, words: [action] }, io) {
    if (action === 'install') return install(options, io);
    if (action !== undefined)
      throw new CommandFailure(`engine knows only the word install, not "${action}"`, 2);
    if (options.force) throw new CommandFailure('--force goes with install', 2);
    io.err('Trying each engine; this takes some seconds …');
    const probes = await surveyEngines(environmentOf(io));
    io.out(
      options.json
        ? JSON.stringify({ step: SMALL_STEP, engines: probes }, undefined, 2)
        : surveyTable(probes),
    );
    return probes.some((probe) => probe.works) ? 0 : 1;
  },
});

async function install(
  options: { readonly json: boolean; readonly force: boolean },
  io: Io,
): Promise<number> {
  const outcome = await installOnThisMachine({
    env: environmentOf(io),
    force: options.force,
    onProgress: progressPrinter((line) => {
      io.err(line);
    }),
  });
  if (options.json) io.out(JSON.stringify(outcome, undefined, 2));
  else if (outcome.status === 'refused')
    io.err(`TensorFlow is not installed: ${outcome.why}\n${outcome.help}`);
  else io.out(installedLine(outcome));
  return outcome.status === 'refused' ? 1 : 0;
}

function installedLine(outcome: Exclude<InstallOutcome, { status: 'refused' }>): string {
  const already = outcome.status === 'already-installed' ? ' already' : '';
  return `TensorFlow ${outcome.tensorflow} is${already} installed for Node (${outcome.method}).`;
}

/** The survey as a table, with the reasons of the engines that do not work below it. */
export function surveyTable(probes: readonly EngineProbe[]): string {
  const rows = probes.map((probe) =>
    probe.works
      ? [probe.name, 'yes', probe.stepMs.toFixed(1), Math.round(probe.startMs), probe.adapter]
      : [probe.name, 'no', '-', '-', probe.why],
  );
  const best = probes.find((probe) => probe.works)?.name;
  return [
    renderTable(['engine', 'works', 'step ms', 'start ms', 'computes on, or why not'], rows),
    '',
    `Step: ${SMALL_STEP}.`,
    best ? `This machine trains on ${best}.` : 'No engine works on this machine.',
    ...(best === 'tensorflow' ? [] : [`${PROGRAM} engine install makes tensorflow work where it can.`]),
  ].join('\n');
}

function environmentOf(io: Io): NodeJS.ProcessEnv {
  return { ...io.environment };
}
