// tessera serve --tiers N: a small lab of three tiers in one command.
import { once } from 'node:events';
import type { Io } from '../cli/index.ts';
import { labRun, labSource, loadConfig, pointsLabRun, pointsLabSource } from '../config/index.ts';
import { openBrowser, startLab } from '../serve/index.ts';
import { dataDirectoryOf } from '../store/index.ts';
import { type ServeGiven, serverOf } from './serve-options.ts';

/** The two labs; nine edges with two devices each would be many processes for one machine. */
const LABS = {
  digits: { runOf: labRun, sourceOf: labSource, devicesPerEdge: 2 },
  points: { runOf: pointsLabRun, sourceOf: pointsLabSource, devicesPerEdge: 1 },
} as const;

/** Runs cloud, edges and devices until Ctrl-C; resolves to the exit code. */
export async function serveLab(given: ServeGiven, edges: number, io: Io): Promise<number> {
  const { runOf, sourceOf, ...lab } = LABS[given.points ? 'points' : 'digits'];
  const config = await loadConfig({
    preset: runOf(edges),
    file: given.config,
    assignments: given.set,
    server: serverOf(given, io),
    cwd: io.cwd,
  });
  const { run, server } = config;
  const dataDir = dataDirectoryOf(run.id, { cwd: io.cwd, dataDir: server.dataDir });
  const devicesPerEdge = given.devices ?? lab.devicesPerEdge;
  io.err(
    `Starting a cloud, ${run.communities.length} edges and ${run.communities.length * devicesPerEdge} devices …`,
  );
  const started = await startLab({
    config: { run },
    dataDir,
    communities: run.communities,
    sourceOf,
    devicesPerEdge,
    port: server.port,
    engine: server.engine,
    fresh: given.fresh,
    joinCode: server.joinCode,
    onLine: (line) => {
      if (!io.interrupted.aborted) io.err(line);
    },
  });
  const [cloud, ...others] = started.servers;
  io.out(
    [
      '',
      `${run.title} (run ${run.id}): three tiers on this machine`,
      '',
      `  Cloud   ${cloud?.hostLink ?? ''}`,
      ...others.map(({ name, hostLink }) => `  Edge    ${hostLink}   ${name}`),
      '',
      'Open the cloud’s page to see the whole tree; open an edge’s address to join its community.',
      'Ctrl-C stops everything; starting again resumes it.',
      '',
    ].join('\n'),
  );
  if (cloud && !given['no-open']) openBrowser(cloud.hostLink, io.environment);
  if (!io.interrupted.aborted) await once(io.interrupted, 'abort');
  io.err('Stopping …');
  await started.close();
  io.err(`Stopped. Everything is kept in ${dataDir}.`);
  return 0;
}
