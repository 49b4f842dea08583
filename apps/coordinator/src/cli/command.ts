// What a command of the CLI is.
import type { Options, OptionValues } from './option.ts';

/** Documents and messages always name the CLI like this. */
export const PROGRAM = 'npm run tessera --';

/** What a command may touch of the process that runs it. */
export interface Io {
  /** Results: one line (or several) to standard output. */
  out(text: string): void;
  /** Progress, warnings and errors: one line (or several) to standard error. */
  err(text: string): void;
  /** Shows one line that the next one replaces; absent where standard error is no terminal. */
  readonly renew?: (text: string) => void;
  /** The folder against which relative paths are read. */
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborted at Ctrl-C or when the process is told to end. */
  readonly interrupted: AbortSignal;
}

/** A word of a command without hyphens, for example the URL of `device URL`. */
export interface Positional {
  readonly name: string;
  readonly description: string;
  readonly optional?: boolean;
  /** Stands for one word or more; only the last may. */
  readonly many?: boolean;
}

/** What a command is given: the checked flags, and the words without hyphens in order. */
export interface CommandArguments<O extends Options> {
  readonly options: OptionValues<O>;
  readonly words: readonly string[];
}

/** A command as its author writes it; see `defineCommand`. */
export interface CommandDefinition<O extends Options> {
  readonly name: string;
  /** Half a line for the list of commands. */
  readonly summary: string;
  /** Whole sentences for the command's own help. */
  readonly description: string;
  readonly positionals?: readonly Positional[];
  readonly options: O;
  /** Arguments after the command's name, each with what it does. */
  readonly examples: readonly { readonly line: string; readonly does: string }[];
  /** Resolves to the exit code; throws a CommandFailure for an expected failure. */
  run(given: CommandArguments<O>, io: Io): Promise<number>;
}

/** A command whose flag types are known only to itself. */
export interface Command extends Omit<CommandDefinition<Options>, 'run'> {
  /** Checks the raw words of each flag, then runs. */
  runWith(
    raw: Readonly<Record<string, readonly string[]>>,
    words: readonly string[],
    io: Io,
  ): Promise<number>;
}

/** Makes a command of a definition; the types of `run`'s options follow from `options`. */
export function defineCommand<O extends Options>(definition: CommandDefinition<O>): Command {
  return {
    ...definition,
    runWith(raw, words, io) {
      const entries = Object.entries(definition.options).map(
        ([name, option]) => [name, option.parse(name, raw[name] ?? [])] as const,
      );
      // The entries were built from the very options that the mapped type is made of.
      const options = Object.fromEntries(entries) as OptionValues<O>;
      return definition.run({ options, words }, io);
    },
  };
}
