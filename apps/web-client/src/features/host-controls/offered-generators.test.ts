import { describe, expect, test } from 'vitest';
import { generatorsOfCloud, generatorsOfRun } from './offered-generators.ts';

const groups = (of: Record<string, number>) => [{ round: 3, of }];
const North = { index: 0, name: 'North', version: 0 };

describe('whose generators can be downloaded', () => {
  test('PAGE-97: of a run each group once, and none before the first finished round', () => {
    expect(generatorsOfRun({ groups: groups({ a: 1, b: 0, c: 1 }) })).toEqual([
      { of: 'group', number: 0 },
      { of: 'group', number: 1 },
    ]);
    expect(generatorsOfRun({ groups: [] })).toEqual([]);
  });

  test('PAGE-97: of an edge its community, and all communities once they were merged', () => {
    const own = { of: 'community', number: 0, index: 0, name: 'North' };
    const at = (version: number) =>
      generatorsOfRun({ groups: groups({ a: 0 }), community: { ...North, version } });
    expect(at(0)).toEqual([own]);
    expect(at(5)).toEqual([own, { of: 'all', number: 1 }]);
    expect(generatorsOfRun({ groups: [], community: North })).toEqual([]);
  });

  test('PAGE-97: of a cloud all communities, and each that has brought something', () => {
    const last = { round: 1, iterations: 2, score: -1, version: 2, staleness: 0 };
    const community = { present: true, waiting: false, weight: 0.5 };
    const communities = [
      { ...community, name: 'North' },
      { ...community, name: 'South', last },
    ];
    expect(generatorsOfCloud({ version: 2, communities })).toEqual([
      { of: 'all', number: 0 },
      { of: 'community', number: 2, index: 1, name: 'South' },
    ]);
    expect(generatorsOfCloud({ version: 0, communities })).toEqual([]);
  });
});
