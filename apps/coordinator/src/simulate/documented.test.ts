import { readFile } from 'node:fs/promises';
import { STRATEGY_NAMES } from '@tessera/core/strategy';
import { beforeAll, describe, expect, test } from 'vitest';
import { experimentSchema } from './experiment.ts';
import { settingNames } from './read-experiment.ts';

let page: string;

beforeAll(async () => {
  page = await readFile(new URL('../../../../docs/simulation.md', import.meta.url), 'utf8');
});

/** The first cells of the table under a heading, without its own head. */
function firstCells(heading: string): string[] {
  const section = page.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
  return [...section.matchAll(/^\| `([^`]+)`/gm)].map(([, cell = '']) => cell);
}

describe('docs/simulation.md', () => {
  test('LAB-33: it has a line for every setting of an experiment and for no other', () => {
    const names = settingNames(experimentSchema).map((name) => name.replaceAll('.*', '[]'));
    expect(firstCells('Settings').sort()).toEqual([...names].sort());
  });

  test('LAB-33: it has a line for every strategy and for no other', () => {
    expect(firstCells('Strategies').slice(1).sort()).toEqual([...STRATEGY_NAMES].sort());
  });
});
