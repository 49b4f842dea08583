// The help texts of the CLI, made from the commands' own descriptions.
import { type Command, PROGRAM } from './command.ts';

const HELP_WIDTH = 96;

/** The list of commands. */
export function generalHelp(commands: readonly Command[]): string {
  return [
    'Tessera trains one generative model across browsers and devices that keep their images.',
    '',
    `Usage: ${PROGRAM} COMMAND [flags]`,
    '',
    ...definitions(commands.map((command) => [command.name, command.summary])),
    '',
    `${PROGRAM} COMMAND --help explains a command, with examples.`,
  ].join('\n');
}

/** One command's help: usage, words, flags, examples. */
export function commandHelp(command: Command): string {
  const positionals = command.positionals ?? [];
  const usage = positionals.map(({ name, optional, many }) => {
    const word = many ? `${name}…` : name;
    return optional ? `[${word}]` : word;
  });
  const flags = Object.entries(command.options).map(
    ([name, { placeholder, description }]): [string, string] => [
      `--${name}${placeholder ? ` ${placeholder}` : ''}`,
      description,
    ],
  );
  return [
    `Usage: ${[PROGRAM, command.name, ...usage, '[flags]'].join(' ')}`,
    '',
    ...wrap(command.description, HELP_WIDTH),
    ...section('', definitions(positionals.map(({ name, description }) => [name, description]))),
    ...section('Flags:', definitions([...flags, ['--help', 'Print this text']])),
    ...section(
      'Examples:',
      command.examples.flatMap(({ line, does }) => [
        `  ${[PROGRAM, command.name, line].join(' ').trimEnd()}`,
        `      ${does}`,
      ]),
    ),
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', ...(title ? [title] : []), ...lines];
}

function definitions(pairs: readonly (readonly [string, string])[]): string[] {
  const indent = Math.min(32, Math.max(0, ...pairs.map(([term]) => term.length)) + 4);
  return pairs.flatMap(([term, description]) => {
    const [first = '', ...others] = wrap(description, HELP_WIDTH - indent);
    const head = `  ${term}`;
    const lines = others.map((line) => ' '.repeat(indent) + line);
    return head.length + 2 > indent
      ? [head, ' '.repeat(indent) + first, ...lines]
      : [head.padEnd(indent) + first, ...lines];
  });
}

function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap((paragraph) => {
    const lines = [''];
    for (const word of paragraph.split(' ')) {
      const line = lines.at(-1) ?? '';
      if (line && line.length + 1 + word.length > width) lines.push(word);
      else lines[lines.length - 1] = line ? `${line} ${word}` : word;
    }
    return lines;
  });
}
