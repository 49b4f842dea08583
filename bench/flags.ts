// The command line of `npm run bench`.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { CommandFailure, nearestWord } from '@tessera/coordinator/cli';
import { ENGINE_NAMES, type EngineName } from '@tessera/coordinator/engine';
import { BENCHMARKS } from './jobs.ts';

/** What the user asked for. */
export interface Flags {
  readonly only: readonly string[];
  readonly engines: readonly EngineName[];
  readonly quick: boolean;
  readonly batch: number | undefined;
  readonly width: number | undefined;
  readonly json: boolean;
  readonly help: boolean;
  readonly python: string | undefined;
  readonly threads: number;
}

const list = BENCHMARKS.map(({ name, summary }) => `  ${name.padEnd(10)} ${summary}`).join('\n');

/** What `--help` prints. */
export const USAGE = `Usage: npm run bench -- [flags]

Times Tessera against stock TensorFlow.js (and PyTorch). The sides take turns within one
process of each engine; a ratio below 1 means that Tessera is faster. Compare only ratios
of one run: machines differ, and change.

${list}

  --only NAMES      only these benchmarks, with commas between
  --engine NAMES    only these engines, with commas between: ${ENGINE_NAMES.join(', ')}
                    (webgpu by name also takes a software adapter)
  --python PATH     a Python with PyTorch, to run the same step beside ours
  --threads N       processor threads for tensorflow and PyTorch; default: all, here ${availableParallelism()}
  --batch 16|64     of 'step': only this batch
  --width 1|0.25    of 'step' and 'layers': only this width
  --quick           fewer rounds and sizes: a first impression
  --json            an object with all measurements instead of a table
  --help            this text

Examples
  npm run bench -- --quick
  npm run bench -- --only step,layers --engine tensorflow --python ~/torch/bin/python
  npm run bench -- --only memory --json > memory.json`;

/** Reads the flags; throws a CommandFailure that says what is wrong with them. */
export function readFlags(words: readonly string[]): Flags {
  const values = parse(words);
  return {
    only: names(
      'only',
      values.only,
      BENCHMARKS.map(({ name }) => name),
    ),
    engines: names('engine', values.engine, ENGINE_NAMES),
    quick: values.quick,
    batch: numberOf('batch', values.batch, [16, 64]),
    width: numberOf('width', values.width, [1, 0.25]),
    json: values.json,
    help: values.help,
    python: values.python,
    threads: threadCount(values.threads),
  };
}

function parse(words: readonly string[]) {
  try {
    const yes = { type: 'boolean', default: false } as const;
    const text = { type: 'string' } as const;
    const options = {
      quick: yes,
      batch: text,
      width: text,
      json: yes,
      help: yes,
      only: text,
      engine: text,
      python: text,
      threads: text,
    };
    return parseArgs({ args: [...words], options }).values;
  } catch (error) {
    const [sentence] = (error instanceof Error ? error.message : String(error)).split('. ');
    throw new CommandFailure(`${sentence ?? 'Bad flags'}. npm run bench -- --help shows what there is.`, 2);
  }
}

function names<Name extends string>(flag: string, text: string | undefined, known: readonly Name[]): Name[] {
  if (text === undefined) return [...known];
  const given = text.split(',');
  for (const word of given) {
    if (known.some((name) => name === word)) continue;
    const nearest = nearestWord(word, known);
    const hint = nearest === undefined ? `there are ${known.join(', ')}` : `did you mean ${nearest}?`;
    throw new CommandFailure(`--${flag}: there is no "${word}"; ${hint}`, 2);
  }
  return known.filter((name) => given.includes(name));
}

function numberOf(flag: string, text: string | undefined, known: readonly number[]): number | undefined {
  if (text === undefined) return undefined;
  const value = known.find((other) => String(other) === text);
  if (value === undefined)
    throw new CommandFailure(`--${flag} must be ${known.join(' or ')}, not "${text}"`, 2);
  return value;
}

function threadCount(text: string | undefined): number {
  if (text === undefined) return availableParallelism();
  if (!/^[1-9]\d{0,3}$/.test(text))
    throw new CommandFailure(`--threads must be a whole number from 1 to 9999, not "${text}"`, 2);
  return Number(text);
}
