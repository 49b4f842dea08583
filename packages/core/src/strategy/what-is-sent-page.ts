// The part of docs/what-is-sent.md that is made from the strategies' declarations.
import { ALWAYS_KEPT, ALWAYS_SENT, JUDGING_SENT } from './declaration.ts';
import { STRATEGY_NAMES } from './names.ts';
import { strategyOf } from './registry.ts';
import type { Sending, Strategy } from './strategy.ts';

const BEGIN =
  '<!-- From here on made from packages/core/src/strategy by `npm run docs:what-is-sent`: change it there. -->';
const END = '<!-- Up to here made by `npm run docs:what-is-sent`. -->';

/** The page with its middle made anew; throws an Error when the marks that enclose it are gone. */
export function withDeclarations(page: string): string {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined)
    throw new Error(`docs/what-is-sent.md needs the lines ${BEGIN} and ${END}`);
  return `${before}${BEGIN}\n\n${sections().join('\n\n')}\n\n${END}${after}`;
}

function sections(): string[] {
  const live = STRATEGY_NAMES.map(strategyOf).filter((strategy) => strategy.live);
  return [
    '## Never sent',
    list(ALWAYS_KEPT),
    '## Sent in every run',
    list(ALWAYS_SENT.map(sentence)),
    '## Sent besides where devices judge',
    'The host has chosen this where `heldOutShare` and `judgeEveryRounds` are above 0; by default they are 0.',
    list([sentence(JUDGING_SENT)]),
    '## Sent besides, by strategy',
    'The strategy is the algorithm that the host has chosen; the volunteer’s page says the same of its run.',
    ...live.flatMap(ofStrategy),
  ];
}

function ofStrategy({ name, title, promise, sends, keeps }: Strategy): string[] {
  return [
    `### ${title} (\`${name}\`)`,
    `> ${promise}`,
    list(sends.map(sentence)),
    `Never sent: ${keeps.join('; ')}.`,
  ];
}

function sentence({ what, when, tells, passedOn, synthetic }: Sending): string {
  const often = `${when.slice(0, 1).toUpperCase()}${when.slice(1)}`;
  const agreed = synthetic ? 'Asked before Start: these are generated images.' : undefined;
  return [`**${often}:** ${what}.`, tells, passedOn, agreed].filter((part) => part !== undefined).join(' ');
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}
