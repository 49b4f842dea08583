import { describe, expect, test } from 'vitest';
import { formatResults, measured, parseResults, ResultsError } from './index.ts';
import { exampleResults } from './testing/index.ts';

/** An example whose JSON has another value at this path; undefined removes the field. */
function changedExample(path: readonly (string | number)[], value: unknown): string {
  const example: unknown = JSON.parse(JSON.stringify(exampleResults()));
  let owner = example as Record<string | number, unknown>; // JSON is objects and arrays all the way
  for (const key of path.slice(0, -1)) owner = owner[key] as typeof owner;
  owner[path.at(-1) ?? ''] = value;
  return JSON.stringify(example);
}

function errorOf(text: string): ResultsError {
  try {
    parseResults(text);
  } catch (error) {
    if (error instanceof ResultsError) return error;
    throw error;
  }
  throw new Error('these results were accepted');
}

describe('results.json', () => {
  test('REP-1: what is written is read back unchanged', () => {
    const results = exampleResults({ seed: 7 });
    expect(parseResults(formatResults(results))).toEqual(results);
  });

  test.each<[string, (string | number)[], unknown, string]>([
    ['an unknown field', ['extra'], 1, 'the file: Unrecognized key: "extra"'],
    ['a missing field', ['notes'], undefined, 'notes: '],
    ['more than 100 percent', ['domains', 0, 'accuracy'], 101, 'domains[0].accuracy: '],
    ['a text for a loss', ['rounds', 2, 'losses', 'generator'], 'NaN', 'rounds[2].losses.generator: '],
    [
      'a file outside the folder',
      ['samples', 0, 'file'],
      'a/../../x.png',
      'samples[0].file: must be the path',
    ],
    ['an absolute path', ['samples', 0, 'file'], '/x.png', 'samples[0].file: must be the path'],
    ['a drive', ['samples', 0, 'file'], 'C:x.png', 'samples[0].file: must be the path'],
    ['a back slash', ['samples', 0, 'file'], '..\\x.png', 'samples[0].file: must be the path'],
    ['no PNG', ['samples', 0, 'file'], 'x.svg', 'samples[0].file: must be the path'],
    ['a domain twice', ['domains', 1, 'name'], 'MNIST', 'domains[1].name: "MNIST" stands there twice'],
    ['a device of no domain', ['devices', 4, 'domain'], 'X', 'devices[4].domain: names the domain "X"'],
    ['a score of no domain', ['rounds', 0, 'domains', 1, 'name'], 'X', 'rounds[0].domains[1].name: names'],
    ['rounds that do not rise', ['rounds', 1, 'round'], 1, 'rounds[1].round: must be greater'],
    [
      'a group of nobody',
      ['clusters', 0, 'assignment', 'ghost'],
      0,
      'clusters[0].assignment.ghost: is no id',
    ],
  ])('REP-2: %s is refused with its path', (_, path, value, fault) => {
    const { faults } = errorOf(changedExample(path, value));
    expect(faults[0]?.slice(0, fault.length)).toBe(fault);
  });

  test.each([
    ['{"version": 1,', /^This is no JSON: /],
    ['null', /it has no version/],
    ['[]', /it has no version/],
    ['{"version": 2}', /^Version 2 cannot be read, only version 1\. Update Tessera/],
    ['{"version": "0.1"}', /^Version "0\.1" cannot be read.*Make the results again\.$/],
  ])('REP-3: %j is refused in words', (text, message) => {
    expect(() => parseResults(text)).toThrow(message);
  });

  test('REP-3: many faults are counted, the first ones listed', () => {
    const rounds = exampleResults({ rounds: 20 }).rounds.map((round) => ({ ...round, bytes: -1 }));
    const error = errorOf(changedExample(['rounds'], rounds));
    expect(error.faults).toHaveLength(20);
    expect(error.message.split('\n')).toHaveLength(1 + 8 + 1);
    expect(error.message).toMatch(/and 12 more$/);
  });

  test('REP-4: a number that is not finite is never written; what was not measured is null', () => {
    const results = exampleResults();
    const spoilt = { ...results, latency: { ...results.latency, measuredStepSeconds: NaN } };
    expect(() => formatResults(spoilt)).toThrow('latency.measuredStepSeconds');
    expect([NaN, Infinity, undefined, null, 0, 2.5].map(measured)).toEqual([null, null, null, null, 0, 2.5]);
  });
});
