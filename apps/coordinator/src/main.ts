// The command line of Tessera.
import { type Command, type Io, runCli } from './cli/index.ts';
import { engineCommand } from './commands/engine.ts';

const commands: readonly Command[] = [engineCommand];

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // A second Ctrl-C ends a command that is slow to finish.
    if (interruption.signal.aborted) process.exit(130);
    interruption.abort();
  });
}

const io: Io = {
  out: (text) => process.stdout.write(`${text}\n`),
  err: (text) => process.stderr.write(`${text}\n`),
  // npm runs scripts in the repository's folder; INIT_CWD is where the user stood.
  cwd: process.env.INIT_CWD ?? process.cwd(),
  environment: process.env,
  interrupted: interruption.signal,
};

process.exitCode = await runCli(commands, process.argv.slice(2), io);
