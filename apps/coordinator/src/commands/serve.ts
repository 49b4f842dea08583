// tessera serve: hosts a run on this machine, or one tier of a run in three.
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@tessera/core/clock';
import { defineCommand, type Io } from '../cli/index.ts';
import { type Config, DEFAULT_RUN, DEMO_RUN, loadConfig } from '../config/index.ts';
import { createLog } from '../observe/index.ts';
import {
  announcement,
  cloudAnnouncement,
  type Coordinator,
  type EdgeOptions,
  hostLink,
  openBrowser,
  startCloud,
  startCoordinator,
  startDemoDevices,
} from '../serve/index.ts';
import { dataDirectoryOf } from '../store/index.ts';
import { edgeOf } from './serve-edge.ts';
import { serveLab } from './serve-lab.ts';
import { roleOf, type ServeGiven, serveOptions, serverOf } from './serve-options.ts';

const WEB_CLIENT = fileURLToPath(new URL('../../../web-client/dist', import.meta.url));

/** Hosts a run until Ctrl-C. */
export const serveCommand = defineCommand({
  name: 'serve',
  summary: 'host a run on this machine, or one tier of a run in three',
  description:
    "Serves the volunteers' and the host's pages, trains the middle of the networks, and keeps a checkpoint after every round: over HTTP on this machine, over HTTPS on its network. A run that was stopped goes on from its last checkpoint.\n\nA run in three tiers (strategies fr-sync, fr-async, lr-sync, lr-async) has a cloud, one edge for each community, and devices at the edges. Start the cloud first; its settings name the communities, and edges take them from there. An edge that loses its cloud goes on by itself and brings what it learned when the cloud is back. Devices join an edge by its own address, or ask the cloud for one.",
  options: serveOptions,
  examples: [
    { line: '--demo', does: 'a demonstration that trains at once' },
    { line: '--config run.json --join-code "blue door"', does: 'your own run, for people who know the code' },
    { line: '--set width=0.5 --set batch=32 --link 1000', does: 'larger networks on a faster link' },
    { line: '--tiers 3', does: 'a small lab: a cloud, three edges with two devices each' },
    { line: '--tiers 9 --points', does: 'a lab of nine Gaussians: a cloud, nine edges with one device each' },
    {
      line: '--tier cloud --config run.json --port 7700 --https-port 7701',
      does: 'a cloud; run.json has "strategy": "fr-sync" and "communities": ["North", "South"]',
    },
    {
      line: '--tier edge --cloud http://localhost:7700 --community North',
      does: 'the edge of one of its communities, with the settings of the cloud',
    },
  ],
  async run({ options: given }, io) {
    const role = roleOf(given);
    switch (role.role) {
      case 'lab':
        return serveLab(given, role.edges, io);
      case 'cloud':
        return serveCloud(given, io);
      case 'edge': {
        const { config, edge, name } = await edgeOf(given, role, io);
        return serveRun(given, { config, edge, name }, io);
      }
      case 'coordinator': {
        const config = await configOf(given, io);
        return serveRun(given, { config, name: config.run.id }, io);
      }
    }
  },
});

interface Served {
  readonly config: Config;
  /** Present where this is an edge. */
  readonly edge?: EdgeOptions;
  /** Names the data directory where none is given. */
  readonly name: string;
}

async function serveRun(given: ServeGiven, { config, edge, name }: Served, io: Io): Promise<number> {
  const dataDir = dataDirectoryOf(name, { cwd: io.cwd, dataDir: config.server.dataDir });
  const coordinator = await startCoordinator({
    config,
    dataDir,
    webClient: WEB_CLIENT,
    log: logOf(given, io),
    clock: systemClock,
    fresh: given.fresh,
    ...(edge && { edge }),
  });
  io.out(announcement(coordinator, config, edge));
  if (given.demo || given.start || coordinator.resumed) coordinator.run.command('start');
  const endDemo = given.demo ? startDemo(coordinator, { config, dataDir, io }) : undefined;
  if (!given['no-open']) openBrowser(hostLink(coordinator), io.environment);
  if (!io.interrupted.aborted) await once(io.interrupted, 'abort');
  io.err('Stopping …');
  await coordinator.close();
  await endDemo?.();
  io.err(`Stopped. Everything up to ${lastCommit(coordinator)} is kept in ${dataDir}.`);
  return 0;
}

async function serveCloud(given: ServeGiven, io: Io): Promise<number> {
  const config = await configOf(given, io);
  const dataDir = dataDirectoryOf(`${config.run.id}-cloud`, { cwd: io.cwd, dataDir: config.server.dataDir });
  const cloud = await startCloud({
    ...{ config, dataDir, webClient: WEB_CLIENT, log: logOf(given, io), clock: systemClock },
    fresh: given.fresh,
  });
  io.out(cloudAnnouncement(cloud, config));
  if (!given['no-open']) openBrowser(hostLink(cloud), io.environment);
  if (!io.interrupted.aborted) await once(io.interrupted, 'abort');
  io.err('Stopping …');
  const version = cloud.tiers().tree?.version ?? 0;
  await cloud.close();
  io.err(`Stopped. Version ${version} of the global model is kept in ${dataDir}.`);
  return 0;
}

function logOf(given: ServeGiven, io: Io) {
  return createLog(
    (line) => {
      io.err(line);
    },
    { json: given['log-json'] },
  );
}

function configOf(given: ServeGiven, io: Io): Promise<Config> {
  return loadConfig({
    preset: given.demo ? DEMO_RUN : DEFAULT_RUN,
    file: given.config,
    assignments: given.set,
    server: serverOf(given, io),
    cwd: io.cwd,
  });
}

function startDemo(
  { httpPort }: Coordinator,
  { config, dataDir, io }: { readonly config: Config; readonly dataDir: string; readonly io: Io },
): () => Promise<void> {
  return startDemoDevices({
    port: httpPort,
    dataDir,
    joinCode: config.server.joinCode,
    engine: config.server.engine,
    onLine: (line) => {
      if (!io.interrupted.aborted) io.err(line);
    },
  });
}

function lastCommit({ run }: Coordinator): string {
  const { committedRound } = run.view();
  return committedRound < 0 ? 'the beginning' : `round ${committedRound}`;
}
