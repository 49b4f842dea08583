// The command line of Tessera.
import { type Command, type Io, runCli } from './cli/index.ts';
import { dataCommand } from './commands/data.ts';
import { deviceCommand } from './commands/device.ts';
import { engineCommand } from './commands/engine.ts';
import { exportCommand } from './commands/export.ts';
import { goldenCommand } from './commands/golden.ts';
import { planCommand } from './commands/plan.ts';
import { reportCommand } from './commands/report.ts';
import { serveCommand } from './commands/serve.ts';
import { simulateCommand } from './commands/simulate.ts';

const commands: readonly Command[] = [
  serveCommand,
  deviceCommand,
  engineCommand,
  planCommand,
  dataCommand,
  simulateCommand,
  goldenCommand,
  exportCommand,
  reportCommand,
];

// TensorFlow's own notes on processor features are no news to anybody.
process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // A second Ctrl-C ends a command that is slow to finish.
    if (interruption.signal.aborted) process.exit(130);
    interruption.abort();
  });
}

// A child of `serve --demo` ends with its parent, however that ended.
process.on('disconnect', () => {
  interruption.abort();
});

const io: Io = {
  out: (text) => process.stdout.write(`${text}\n`),
  err: (text) => process.stderr.write(`${text}\n`),
  ...(process.stderr.isTTY && {
    renew: (text: string) => process.stderr.write(`\r\u001b[2K${text}`),
  }),
  // npm runs scripts in the repository's folder; INIT_CWD is where the user stood.
  cwd: process.env.INIT_CWD ?? process.cwd(),
  environment: process.env,
  interrupted: interruption.signal,
};

process.exitCode = await runCli(commands, process.argv.slice(2), io);
if (process.connected) process.disconnect();
