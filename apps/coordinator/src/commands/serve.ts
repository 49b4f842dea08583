// tessera serve: hosts a run on this machine.
import { once } from 'node:events';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@tessera/core/clock';
import { choice, defineCommand, flag, type Io, text, texts, wholeNumber } from '../cli/index.ts';
import { type Config, DEFAULT_RUN, DEMO_RUN, loadConfig } from '../config/index.ts';
import { ENGINE_NAMES } from '../engine/index.ts';
import { createLog } from '../observe/index.ts';
import {
  announcement,
  type Coordinator,
  hostLink,
  openBrowser,
  startCoordinator,
  startDemoDevices,
} from '../serve/index.ts';
import { dataDirectoryOf } from '../store/index.ts';

const WEB_CLIENT = fileURLToPath(new URL('../../../web-client/dist', import.meta.url));
const MAX_PORT = 65_535;

const options = {
  config: text('FILE', 'JSON file {"run": {…}, "server": {…}}; flags win over it'),
  set: texts(
    'KEY=VALUE',
    'A setting of the run, for example width=0.5 or \'title="Shapes"\'; may stand often',
  ),
  demo: flag('A run of drawn digits with three headless devices'),
  start: flag('Start training as soon as devices are here, without the host pressing Start'),
  fresh: flag('Put an earlier run of this data directory aside and start anew'),
  port: wholeNumber('N', 'Port of HTTP on this machine (default 7777; 0: any)', { max: MAX_PORT }),
  'https-port': wholeNumber('N', 'Port of HTTPS on the network (default 7778; 0: any)', { max: MAX_PORT }),
  'host-only-local': flag('No HTTPS: nothing beyond this machine can join'),
  'join-code': text('CODE', 'Ask every device for this code'),
  'data-dir': text('DIR', 'Checkpoints and samples (default .tessera/RUN under the current folder)'),
  cert: text('FILE', "One's own certificate (PEM), with --key"),
  key: text('FILE', "The certificate's key (PEM)"),
  engine: choice(ENGINE_NAMES, 'Take this engine instead of the best that works'),
  link: wholeNumber('MBIT', "The devices' shared link in Mbit/s (default 300)", { min: 1 }),
  'no-open': flag('Do not open a browser'),
  'log-json': flag('Log as JSON lines'),
};

type Given = Parameters<Parameters<typeof defineCommand<typeof options>>[0]['run']>[0]['options'];

/** Hosts a run until Ctrl-C. */
export const serveCommand = defineCommand({
  name: 'serve',
  summary: 'host a run on this machine',
  description:
    "Serves the volunteers' and the host's pages, trains the middle of the networks, and keeps a checkpoint after every round: over HTTP on this machine, over HTTPS on its network. A run that was stopped goes on from its last checkpoint.",
  options,
  examples: [
    { line: '--demo', does: 'a demonstration that trains at once' },
    { line: '--config run.json --join-code "blue door"', does: 'your own run, for people who know the code' },
    { line: '--set width=0.5 --set batch=32 --link 1000', does: 'larger networks on a faster link' },
  ],
  async run({ options: given }, io) {
    const config = await configOf(given, io);
    const log = createLog(
      (line) => {
        io.err(line);
      },
      { json: given['log-json'] },
    );
    const dataDir = dataDirectoryOf(config.run.id, { cwd: io.cwd, dataDir: config.server.dataDir });
    const coordinator = await startCoordinator({
      config,
      dataDir,
      webClient: WEB_CLIENT,
      log,
      clock: systemClock,
      fresh: given.fresh,
    });
    io.out(announcement(coordinator, config));
    if (given.demo || given.start || coordinator.resumed) coordinator.run.command('start');
    const endDemo = given.demo ? startDemo(coordinator, { config, dataDir, io }) : undefined;
    if (!given['no-open']) openBrowser(hostLink(coordinator), io.environment);
    if (!io.interrupted.aborted) await once(io.interrupted, 'abort');
    io.err('Stopping …');
    await coordinator.close();
    await endDemo?.();
    io.err(`Stopped. Everything up to ${lastCommit(coordinator)} is kept in ${dataDir}.`);
    return 0;
  },
});

function configOf(given: Given, io: Io): Promise<Config> {
  const path = (file: string | undefined) => (file === undefined ? undefined : resolve(io.cwd, file));
  return loadConfig({
    preset: given.demo ? DEMO_RUN : DEFAULT_RUN,
    file: given.config,
    assignments: given.set,
    server: {
      port: given.port,
      httpsPort: given['https-port'],
      hostOnlyLocal: given['host-only-local'] || undefined,
      joinCode: given['join-code'],
      dataDir: given['data-dir'],
      certificateFile: path(given.cert),
      keyFile: path(given.key),
      engine: given.engine,
      linkMegabitsPerSecond: given.link,
    },
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
