import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseResults } from '@tessera/core/report';
import { type ExampleOptions, exampleResults } from '@tessera/core/report/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCli } from '../cli/index.ts';
import { writeRunFiles, writeSampleGrid } from '../report/index.ts';
import { recordingIo } from '../testing/recording-io.ts';
import { reportCommand } from './report.ts';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'tessera-report-'))));
afterEach(() => rm(folder, { recursive: true }));

async function report(...line: string[]) {
  const { io, out, err } = recordingIo(folder);
  const exitCode = await runCli([reportCommand], ['report', ...line], io);
  return { exitCode, out, err: err.join('\n') };
}

/** The folder of a run with one picture. */
async function makeRun(name: string, options: ExampleOptions = {}) {
  const results = exampleResults({ rounds: 3, ...options });
  const samples = results.samples.slice(0, 1).map((sample) => ({ ...sample, file: 'samples/a.png' }));
  await mkdir(join(folder, name, 'samples'), { recursive: true });
  await writeSampleGrid(
    join(folder, name, 'samples/a.png'),
    { shape: [1, 2, 2, 1], data: new Float32Array(4) },
    1,
  );
  await writeRunFiles(join(folder, name), { ...results, samples });
}

const page = (...parts: string[]) => readFile(join(folder, ...parts), 'utf8');

describe('the folder of a run', () => {
  test('REP-50: it holds results.json, both CSV files and the page, pictures embedded', async () => {
    await makeRun('run');
    expect((await readdir(join(folder, 'run'))).sort()).toEqual([
      ...['report.html', 'results.csv', 'results.json', 'rounds.csv', 'samples'],
    ]);
    expect(parseResults(await page('run', 'results.json')).rounds).toHaveLength(3);
    expect(await page('run', 'report.html')).toMatch(/<img\s+src="data:image\/png;base64,iVBOR/);
  });

  test('REP-50: results that break the schema are not written', async () => {
    await expect(writeRunFiles(join(folder, 'new'), { ...exampleResults(), engine: '' })).rejects.toThrow(
      'engine: ',
    );
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('tessera report', () => {
  test('REP-51: one folder gets its page, several are compared here; --out and --csv choose the places', async () => {
    await makeRun('a/run', { seed: 1 });
    await makeRun('b/run', { strategy: 'fedgan' });
    await rm(join(folder, 'a/run/report.html'));
    expect(await report('a/run')).toMatchObject({ exitCode: 0, out: [join('a/run', 'report.html')] });
    expect(await page('a/run/report.html')).toContain('<h1>Digits and garments</h1>');

    expect(await report('a/run', 'b/run/')).toMatchObject({ exitCode: 0, out: ['comparison.html'] });
    expect(await page('comparison.html')).toContain('2 experiments: HuSCF-GAN and FedGAN');
    // Folders are named as far as needed, and nothing around them is.
    expect(await page('comparison.html')).toContain('>a/run<');
    expect(await page('comparison.html')).not.toContain(folder);

    const files = ['--out', 'x/y.html', '--csv', 'x/all.csv', '--rounds-csv', 'x/rounds.csv'];
    expect(await report('a/run', 'b/run', ...files)).toMatchObject({
      exitCode: 0,
      out: ['x/y.html', 'x/all.csv', 'x/rounds.csv'],
    });
    expect((await page('x/all.csv')).split('\r\n')).toHaveLength(1 + 2 * 2 + 1);
    expect((await page('x/rounds.csv')).split('\r\n')).toHaveLength(1 + 2 * 3 * 2 + 1);
  });

  test('REP-52: folders without usable results are all named, exit code 2, and nothing is written', async () => {
    await makeRun('good');
    for (const name of ['empty', 'damaged', 'newer', 'wrong']) await mkdir(join(folder, name));
    await writeFile(join(folder, 'damaged/results.json'), (await page('good/results.json')).slice(0, -20));
    await writeFile(join(folder, 'newer/results.json'), '{"version": 2}');
    const wrong = (await page('good/results.json')).replace('"finished": true', '"finished": "yes"');
    await writeFile(join(folder, 'wrong/results.json'), wrong);
    const { exitCode, err } = await report('good', 'empty', 'missing', 'damaged', 'newer', 'wrong');
    expect(exitCode).toBe(2);
    const lines = err.split('\n');
    expect(lines[0]).toBe(
      'empty is no folder of a run: there is no results.json in it. Name the --out folder of a simulation.',
    );
    expect(lines[1]).toMatch(/^missing is no folder of a run/);
    expect(lines[2]).toMatch(/^damaged.results\.json: This is no JSON: /);
    expect(lines[3]).toMatch(
      /^newer.results\.json: Version 2 cannot be read, only version 1\. Update Tessera/,
    );
    expect(lines.slice(4)).toEqual([
      expect.stringMatching(/^wrong.results\.json: These are no results of Tessera:$/),
      expect.stringMatching(/^ {2}finished: /),
    ]);
    expect(await readdir(folder)).not.toContain('comparison.html');
  });

  test.each([
    [[], 'DIR is missing. '],
    [['run', './run/'], 'run is named twice.'],
    [['run', '--csv', 'run/report.html'], 'would be written twice.'],
    [['run', '--json'], 'report has no flag --json'],
  ])('REP-53: %j is refused with exit code 2', async (line, message) => {
    await makeRun('run');
    const { exitCode, err } = await report(...line);
    expect(exitCode).toBe(2);
    expect(err).toContain(message);
  });

  test('REP-53: a place that cannot be written is named', async () => {
    await makeRun('run');
    const { exitCode, err } = await report('run', '--out', 'run/results.json/page.html');
    expect(exitCode).toBe(1);
    expect(err).toMatch(/page\.html cannot be written: .* Choose another place/);
  });

  test('REP-54: --help names the folders, every flag and examples', async () => {
    const { exitCode, out } = await report('--help');
    expect(exitCode).toBe(0);
    expect(out.join('\n')).toMatch(/report DIR… \[flags\][\s\S]*--out FILE[\s\S]*--csv FILE[\s\S]*Examples:/);
  });
});
