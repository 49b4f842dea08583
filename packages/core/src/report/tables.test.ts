import { describe, expect, test } from 'vitest';
import { flatSettings, resultsCsv, roundsCsv, runSets, settingDifferences, spreadOf } from './index.ts';
import { type ExampleOptions, exampleResults } from './testing/index.ts';

const run = (folder: string, options: ExampleOptions = {}) => ({ folder, results: exampleResults(options) });
const lines = (csv: string) => csv.split('\r\n').slice(0, -1);

describe('CSV', () => {
  test('REP-6: results.csv has a header and a line per run and domain, each with as many fields', () => {
    const csv = lines(resultsCsv([exampleResults(), exampleResults({ seed: 2 })]));
    expect(csv).toHaveLength(1 + 2 * 2);
    const [header, first] = csv.map((line) => line.split(','));
    expect(header?.slice(0, 6)).toEqual(['title', 'strategy', 'seed', 'engine', 'finished', 'domain']);
    // The engine's name holds a comma and stands in quotes.
    expect(first).toHaveLength((header?.length ?? 0) + 1);
    expect(csv[1]).toMatch(/^Digits and garments,huscf-gan,42,"tfjs-node, 2 threads",true,MNIST,5,/);
  });

  test('REP-6: rounds.csv has a line per round and domain; what was not scored is empty', () => {
    const results = exampleResults({ rounds: 3 });
    const csv = lines(roundsCsv([{ ...results, engine: 'wasm' }]));
    expect(csv).toHaveLength(1 + 3 * 2);
    expect(results.rounds[2]?.domains).toEqual([]);
    expect(csv[5]).toMatch(/^Digits and garments,huscf-gan,42,wasm,true,3,47,.*,410000000,MNIST,,,,$/);
    const header = csv[0]?.split(',') ?? [];
    const second = csv[3]?.split(',') ?? [];
    expect(Number(second[header.indexOf('score')])).toBe(results.rounds[1]?.domains[0]?.score);
  });

  test('REP-7: commas, quotes and line breaks stand in quotes, quotes doubled', () => {
    const results = exampleResults({ title: 'a "b",\nc' });
    expect(resultsCsv([results])).toContain('\r\n"a ""b"",\nc",huscf-gan,');
  });
});

describe('runs beside each other', () => {
  test('REP-8: mean and deviation are those of the runs that measured', () => {
    expect(spreadOf([2, 4, 4, 4, 5, 5, 7, 9])?.mean).toBe(5);
    expect(spreadOf([2, 4, 4, 4, 5, 5, 7, 9])?.deviation).toBeCloseTo(Math.sqrt(32 / 7), 12);
    expect(spreadOf([3, null, undefined])).toEqual({ mean: 3, deviation: null, count: 1 });
    expect(spreadOf([null])).toBeNull();
  });

  test('REP-9: runs that differ in their seed alone are one set', () => {
    const sets = runSets([run('a', { seed: 1 }), run('b', { strategy: 'fedgan' }), run('c', { seed: 2 })]);
    expect(sets.map(({ label, runs }) => [label, runs.map(({ folder }) => folder)])).toEqual([
      ['HuSCF-GAN', ['a', 'c']],
      ['FedGAN', ['b']],
    ]);
  });

  test('REP-9: a seed that comes twice, other settings and an interrupted run stay apart', () => {
    expect(runSets([run('a'), run('b')]).map(({ label }) => label)).toEqual([
      'HuSCF-GAN (a)',
      'HuSCF-GAN (b)',
    ]);
    expect(runSets([run('a', { seed: 1 }), run('b', { seed: 2, settings: { alpha: 0 } })])).toHaveLength(2);
    const { results } = run('c', { seed: 3 });
    expect(
      runSets([run('a', { seed: 1 }), { folder: 'c', results: { ...results, finished: false } }]),
    ).toHaveLength(2);
  });

  test('REP-10: settings that differ are named by path, seeds left out', () => {
    const sets = runSets([
      run('a', { title: 'with', settings: { seed: 1, federation: { alpha: 1, kld: true }, list: [1, 2] } }),
      run('b', { title: 'without', settings: { seed: 2, federation: { alpha: 0, kld: true }, more: null } }),
    ]);
    expect(settingDifferences(sets)).toEqual([
      { path: 'federation.alpha', values: ['1', '0'] },
      { path: 'list', values: ['1, 2', undefined] },
      { path: 'more', values: [undefined, 'null'] },
    ]);
    expect([...flatSettings({ a: [{ b: 1 }, { b: 2 }], seed: 3 }, { seeds: true })]).toEqual([
      ['a[0].b', '1'],
      ['a[1].b', '2'],
      ['seed', '3'],
    ]);
  });
});
