// Finds the command that was asked for, checks its flags, runs it, and turns failures into one clear line.
import { parseArgs } from 'node:util';
import { TesseraError } from '@tessera/core/protocol';
import { type Command, type Io, PROGRAM } from './command.ts';
import { CommandFailure } from './failure.ts';
import { commandHelp, generalHelp } from './help.ts';
import { nearestWord } from './nearest.ts';

/** Runs the command line (without node and script) and resolves to the exit code. */
export async function runCli(commands: readonly Command[], line: readonly string[], io: Io): Promise<number> {
  const [name, ...rest] = line;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    io.out(generalHelp(commands));
    return name === undefined ? 2 : 0;
  }
  try {
    const command = commands.find((other) => other.name === name);
    if (!command) throw unknownCommand(name, commands);
    if (rest.includes('--help') || rest.includes('-h')) {
      io.out(commandHelp(command));
      return 0;
    }
    const { raw, words } = split(command, rest);
    return await command.runWith(raw, words, io);
  } catch (error) {
    if (error instanceof TesseraError) {
      io.err(`${error.message} ${error.help}`);
      return 1;
    }
    if (!(error instanceof CommandFailure)) throw error;
    io.err(error.message);
    return error.exitCode;
  }
}

/** Separates flags from words, refusing what the command does not declare. */
function split(command: Command, rest: readonly string[]) {
  const declared = command.options;
  const { tokens } = parseArgs({
    args: [...rest],
    options: Object.fromEntries(Object.entries(declared).map(([name, { type }]) => [name, { type }])),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const raw: Record<string, string[]> = {};
  const words: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const option = Object.hasOwn(declared, token.name) ? declared[token.name] : undefined;
    if (!option) throw unknownFlag(token.rawName, command);
    raw[token.name] = [...(raw[token.name] ?? []), flagValue(token.rawName, option.type, token.value)];
    if (!option.multiple && (raw[token.name]?.length ?? 0) > 1)
      throw new CommandFailure(`${token.rawName} is given twice`, 2);
  }
  checkWords(command, words);
  return { raw, words };
}

function flagValue(rawName: string, type: 'boolean' | 'string', value: string | undefined): string {
  if (type === 'boolean') {
    if (value !== undefined) throw new CommandFailure(`${rawName} takes no value`, 2);
    return '';
  }
  if (value === undefined || value.startsWith('--')) throw new CommandFailure(`${rawName} needs a value`, 2);
  return value;
}

function checkWords(command: Command, words: readonly string[]): void {
  const positionals = command.positionals ?? [];
  const missing = positionals.find((positional, index) => !positional.optional && index >= words.length);
  if (missing) throw new CommandFailure(`${missing.name} is missing. ${seeHelp(command)}`, 2);
  const extra = positionals.at(-1)?.many ? undefined : words[positionals.length];
  if (extra !== undefined)
    throw new CommandFailure(`"${extra}" is one word too many. ${seeHelp(command)}`, 2);
}

function unknownFlag(rawName: string, command: Command): CommandFailure {
  const names = [...Object.keys(command.options), 'help'].map((name) => `--${name}`);
  return new CommandFailure(
    `${command.name} has no flag ${rawName}.${didYouMean(rawName, names)} ${seeHelp(command)}`,
    2,
  );
}

function unknownCommand(name: string, commands: readonly Command[]): CommandFailure {
  const names = commands.map((command) => command.name);
  return new CommandFailure(
    `There is no command "${name}".${didYouMean(name, names)} The commands are ${names.join(', ')}.`,
    2,
  );
}

function seeHelp(command: Command): string {
  return `See ${PROGRAM} ${command.name} --help.`;
}

function didYouMean(word: string, known: readonly string[]): string {
  const nearest = nearestWord(word, known);
  return nearest ? ` Did you mean ${nearest}?` : '';
}
