// The kinds of flag that commands may declare; each turns raw words into a checked value.
import { CommandFailure } from './failure.ts';

/** One flag of a command: how it is written, what it means, and how its words become a value. */
export interface Option<Value> {
  readonly type: 'boolean' | 'string';
  /** Stands for the value in the help text, for example 'N'. */
  readonly placeholder?: string;
  readonly description: string;
  /** May stand several times. */
  readonly multiple?: boolean;
  /** @throws CommandFailure with exit code 2 when the words are no such value. */
  parse(flag: string, words: readonly string[]): Value;
}

/** The flags of a command by name (without the two hyphens). */
export type Options = Readonly<Record<string, Option<unknown>>>;

/** The checked values of a command's flags. */
export type OptionValues<O extends Options> = {
  readonly [Name in keyof O]: O[Name] extends Option<infer Value> ? Value : never;
};

/** A flag without a value. */
export function flag(description: string): Option<boolean> {
  return { type: 'boolean', description, parse: (_, words) => words.length > 0 };
}

/** A flag with any text as its value. */
export function text(placeholder: string, description: string): Option<string | undefined> {
  return { type: 'string', placeholder, description, parse: (_, words) => words.at(-1) };
}

/** A flag that may stand several times; an empty list when absent. */
export function texts(placeholder: string, description: string): Option<readonly string[]> {
  return { type: 'string', placeholder, description, multiple: true, parse: (_, words) => words };
}

/** A flag whose value is one of a few words. */
export function choice<Word extends string>(
  words: readonly Word[],
  description: string,
): Option<Word | undefined> {
  return {
    type: 'string',
    placeholder: words.join('|'),
    description,
    parse(flagName, given) {
      const word = given.at(-1);
      const known = words.find((other) => other === word);
      if (word !== undefined && known === undefined)
        throw badValue(flagName, word, `one of ${words.join(', ')}`);
      return known;
    },
  };
}

/** A flag whose value is a whole number from `min` to `max`, both included. */
export function wholeNumber(
  placeholder: string,
  description: string,
  { min = 0, max = Number.MAX_SAFE_INTEGER }: { readonly min?: number; readonly max?: number } = {},
): Option<number | undefined> {
  return {
    type: 'string',
    placeholder,
    description,
    parse(flagName, given) {
      const word = given.at(-1);
      if (word === undefined) return undefined;
      const value = /^[+-]?\d+$/.test(word) ? Number(word) : NaN;
      if (!(value >= min && value <= max)) throw badValue(flagName, word, wholeNumberRange(min, max));
      return value;
    },
  };
}

/** A flag whose value is a list of whole numbers with commas between them, for example 0,1,2. */
export function wholeNumbers(
  placeholder: string,
  description: string,
): Option<readonly number[] | undefined> {
  return {
    type: 'string',
    placeholder,
    description,
    parse(flagName, given) {
      const word = given.at(-1);
      if (word === undefined) return undefined;
      if (!/^\d+(,\d+)*$/.test(word)) throw badValue(flagName, word, 'whole numbers such as 0,1,2');
      return word.split(',').map(Number);
    },
  };
}

/** The convention of every command that lists something. */
export const json = flag('Print JSON instead of a table');

function wholeNumberRange(min: number, max: number): string {
  return max === Number.MAX_SAFE_INTEGER
    ? `a whole number of at least ${min}`
    : `a whole number from ${min} to ${max}`;
}

function badValue(flagName: string, word: string, wanted: string): CommandFailure {
  return new CommandFailure(`--${flagName} must be ${wanted}, not "${word}"`, 2);
}
