import { access, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Results, resultsSchema } from '@tessera/core/report';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runCli } from '../cli/index.ts';
import { writeIdxImages, writeIdxLabels } from '../report/index.ts';
import { recordingIo } from '../testing/recording-io.ts';
import { simulateCommand } from './simulate.ts';

/** Shared by all tests of this file: scorers are trained once. */
let root: string;
let out: string;
let count = 0;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'tessera-simulate-'));
  const folder = join(root, 'one-class');
  await mkdir(folder);
  for (const [part, images] of [
    ['train', 64],
    ['t10k', 32],
  ] as const) {
    await writeIdxImages(join(folder, `${part}-images-idx3-ubyte`), new Uint8Array(images * 784), [
      images,
      28,
      28,
      1,
    ]);
    await writeIdxLabels(join(folder, `${part}-labels-idx1-ubyte`), new Uint8Array(images));
  }
});
afterAll(async () => {
  await rm(root, { recursive: true });
});
beforeEach(() => {
  out = join(root, `out-${++count}`);
});

const TINY = `
title: Tiny
domains:
  - { name: Pen, source: 'drawn:pen', limit: 64, testLimit: 32 }
devices: 2
run: { width: 0.0625, zDim: 4, batch: 4, stepsPerRound: 2, rounds: 1, encoding: float16 }
evaluation: { images: 64, scorerEpochs: 1, classifier: false, classifierImages: 64 }
`;

/** Three communities, one of them of two devices. */
const THREE_GAUSSIANS = `
title: Three Gaussians
domains:
  - { name: '1', source: 'gaussians:1', limit: 64 }
  - { name: '9', source: 'gaussians:9', limit: 128 }
tiers:
  communities:
    - { name: A, domain: '1', devices: 1 }
    - { name: B, domain: '9', devices: 1 }
    - { name: C, domain: '9', devices: 2 }
devices: 4
run: { condition: none, width: 0.0625, zDim: 4, batch: 4, stepsPerRound: 2, rounds: 2 }
evaluation: { images: 640 }
`;

/** Of that experiment's dense generator, in 32 bits. */
const GENERATOR_BYTES = 4 * (4 * 16 + 16 + 3 * (16 * 16 + 16) + 2 * 16 + 2);

interface Asked {
  readonly file?: string;
  readonly flags?: readonly string[];
  /** Presses Ctrl-C when a line of progress says this. */
  readonly interruptAt?: RegExp;
}

async function simulate({ file = TINY, flags = [], interruptAt }: Asked = {}) {
  await writeFile(join(root, 'experiment.yaml'), file);
  const { io, out: printed, err, interrupt } = recordingIo(root);
  const renew = (text: string) => {
    if (interruptAt?.test(text)) interrupt();
  };
  const fixed = ['--out', out, '--scorers', join(root, 'scorers'), '--engine', 'wasm', '--workers', '0'];
  const line = ['simulate', 'experiment.yaml', ...fixed, ...flags];
  const exitCode = await runCli([simulateCommand], line, { ...io, renew });
  return { exitCode, out: printed.join('\n'), err: err.join('\n') };
}

async function results(): Promise<Results> {
  return resultsSchema.parse(JSON.parse(await readFile(join(out, 'results.json'), 'utf8')));
}

describe('an experiment', () => {
  test('TIERDATA-14: points are judged by their modes and drawn as a cloud', async () => {
    const file = `
title: Two Gaussians
domains:
  - { name: '1', source: 'gaussians:1', limit: 64 }
  - { name: '9', source: 'gaussians:9', limit: 64 }
devices: 2
strategy: asyn-dgan
run: { condition: none, width: 0.0625, zDim: 4, batch: 4, stepsPerRound: 2, rounds: 1 }
evaluation: { images: 640 }
`;
    const { exitCode, out: printed } = await simulate({ file });
    expect(exitCode).toBe(0);
    expect(printed).toContain('modes hit');
    const { domains, rounds, samples } = await results();
    expect(domains).toMatchObject([{ name: 'All domains', devices: 2, score: null, accuracy: null }]);
    expect(domains[0]?.coverage).toHaveLength(9);
    expect(domains[0]?.nearby).toBeLessThan(1);
    expect(rounds[0]?.domains[0]?.modes).toBeLessThanOrEqual(9);
    const png = await readFile(join(out, samples.at(-1)?.file ?? ''));
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect(await readFile(join(out, 'report.html'), 'utf8')).toContain('Modes hit');
  });

  test.each(['fr-sync', 'fr-async'])(
    'TIERDATA-15, TIERDATA-16: %s trains an edge for each community below a cloud, whose traffic is told apart; the communities are a row of their own',
    async (strategy) => {
      const asked = { file: THREE_GAUSSIANS, flags: ['--set', `strategy=${strategy}`] };
      const { exitCode, err } = await simulate(asked);
      expect([exitCode, err]).toEqual([0, expect.stringContaining('Engine: ')]);
      const { domains, devices, rounds, samples, traffic } = await results();
      expect(devices.map(({ id }) => id)).toEqual(['A 1', 'B 1', 'C 1', 'C 2']);
      expect(devices.every(({ bytesUp, cut }) => bytesUp > 0 && cut?.gHead === 0)).toBe(true);
      expect(rounds).toHaveLength(2);
      expect(domains.map(({ name }) => name)).toEqual(['All domains', 'Communities before merging']);
      expect(domains.every(({ modes = 10 }) => modes <= 9)).toBe(true);
      expect(rounds[1]?.domains.map(({ nearby }) => nearby)).toEqual(domains.map(({ nearby }) => nearby));
      const [global, together] = await Promise.all(
        samples.slice(-2).map(({ file }) => readFile(join(out, file))),
      );
      expect(together?.equals(global ?? together)).toBe(false);
      // Every edge brings its generator after every round and gets the global one.
      expect(traffic.cloudUp).toBe(3 * 2 * GENERATOR_BYTES);
      expect(traffic.cloudDown).toBe(3 * 2 * GENERATOR_BYTES);
      expect(await readFile(join(out, 'report.html'), 'utf8')).toContain('between edges and cloud');
    },
  );

  test('TIERDATA-14: domains are asked for in turn, and compared noise by noise', async () => {
    const file = `
title: Pen and its inverse
domains:
  - { name: Pen, source: 'drawn:pen', limit: 64, testLimit: 32 }
  - { name: Inverse, source: 'drawn:pen', transform: invert, limit: 64, testLimit: 32 }
devices: 2
strategy: fed-gan
run: { condition: domains, width: 0.0625, zDim: 4, batch: 4, stepsPerRound: 1, rounds: 1 }
evaluation: { images: 64, scorerEpochs: 1, classifier: false, classifierImages: 64 }
`;
    expect((await simulate({ file })).exitCode).toBe(0);
    const { domains, samples } = await results();
    expect(domains).toMatchObject([{ name: 'All domains', testImages: 64 }]);
    expect(domains[0]?.agreement).toBeGreaterThanOrEqual(0);
    expect(domains[0]?.rightDomain).toBeGreaterThanOrEqual(0);
    expect(domains[0]?.score).toBeGreaterThanOrEqual(1);
    expect(samples.at(-1)).toMatchObject({ columns: 10, classes: [] });
  });

  test('LAB-30: it leaves results, samples, generated images and a report, and prints a summary', async () => {
    const { exitCode, out: printed, err } = await simulate();
    expect([exitCode, err]).toEqual([0, expect.stringContaining('Engine: ')]);
    expect(printed).toContain(`Report: ${out}/report.html`);
    const found = await results();
    expect(found).toMatchObject({ title: 'Tiny', finished: true, seed: 1, strategy: { name: 'huscf-gan' } });
    expect(found.domains).toMatchObject([{ name: 'Pen', devices: 2, trainImages: 64, accuracy: null }]);
    expect(found.domains[0]?.score).toBeGreaterThanOrEqual(1);
    expect(found.domains[0]?.frechet).toBeGreaterThan(0);
    expect(found.rounds).toHaveLength(1);
    expect(found.rounds[0]?.bytes).toBeGreaterThan(1000);
    expect(found.devices.map(({ id, samples }) => [id, samples])).toEqual([
      ['Pen 1', 32],
      ['Pen 2', 32],
    ]);
    expect(found.latency.measuredStepSeconds).toBeGreaterThan(0);
    expect(found.latency.predictedStepSeconds).toBeGreaterThan(0);
    expect(found.traffic.bytesUp).toBeGreaterThan(0);
    for (const { file } of found.samples) await access(join(out, file));
    expect(found.samples.map(({ round }) => round)).toEqual([0, 1]);
    const files = await readdir(out);
    expect(files).toEqual(
      expect.arrayContaining([
        'report.html',
        'results.csv',
        'rounds.csv',
        'samples-pen-images-idx3-ubyte.gz',
      ]),
    );
    expect(await readFile(join(out, 'report.html'), 'utf8')).toContain('Tiny');

    const again = await simulate();
    expect([again.exitCode, again.err]).toEqual([2, expect.stringContaining('go on with --resume')]);
  });

  test('LAB-31: an interrupted one goes on after its last finished round, with all that was measured', async () => {
    const flags = ['--set', 'run.rounds=2', '--set', 'devices=3'];
    const first = await simulate({ flags, interruptAt: /round 2 of 2/ });
    expect([first.exitCode, first.err]).toEqual([130, expect.stringContaining('--resume')]);
    const partly = await results();
    expect(partly).toMatchObject({ finished: false, domains: [{ score: null }] });
    expect(partly.rounds.map(({ round }) => round)).toEqual([1]);
    expect((await simulate({ flags: [...flags, '--resume', '--seed', '2'] })).err).toContain(
      'other settings',
    );

    const second = await simulate({ flags: [...flags, '--resume', '--json'] });
    expect(second.exitCode).toBe(0);
    const whole = resultsSchema.parse(JSON.parse(second.out));
    expect(whole.finished).toBe(true);
    expect(whole.rounds.map(({ round }) => round)).toEqual([1, 2]);
    expect(whole.rounds[0]).toEqual(partly.rounds[0]);
    expect(whole.rounds[1]?.seconds).toBeGreaterThan(whole.rounds[0]?.seconds ?? NaN);
    expect(whole.samples.map(({ round }) => round)).toEqual([0, 1, 2]);
    for (const [i, device] of whole.devices.entries())
      expect(device.bytesUp).toBeGreaterThan(1.5 * (partly.devices[i]?.bytesUp ?? NaN));
    expect(whole.clusters).toHaveLength(2);
  });

  test.each(['fr-sync', 'fr-async'])(
    'TIERDATA-17: %s interrupted in mid-round goes on with --resume; bytes of devices and edges are those of all starts',
    async (strategy) => {
      const asked = { file: THREE_GAUSSIANS, flags: ['--set', `strategy=${strategy}`] };
      const first = await simulate({ ...asked, interruptAt: /round 2 of 2, step 2/ });
      expect([first.exitCode, first.err]).toEqual([130, expect.stringContaining('--resume')]);
      const partly = await results();
      expect(partly).toMatchObject({ finished: false, rounds: [{ round: 1 }] });

      expect((await simulate({ ...asked, flags: [...asked.flags, '--resume'] })).exitCode).toBe(0);
      const whole = await results();
      expect(whole.finished).toBe(true);
      expect(whole.rounds.map(({ round }) => round)).toEqual([1, 2]);
      expect(whole.rounds[0]).toEqual(partly.rounds[0]);
      expect(whole.rounds[1]?.seconds).toBeGreaterThan(whole.rounds[0]?.seconds ?? NaN);
      expect(whole.samples.map(({ round }) => round)).toEqual([0, 0, 1, 1, 2, 2]);
      for (const [i, device] of whole.devices.entries())
        expect(device.bytesUp).toBeGreaterThan(partly.devices[i]?.bytesUp ?? NaN);
      // Every edge gets each of its two rounds merged once; what was under way at Ctrl-C went up twice.
      expect(whole.traffic.cloudDown).toBe(3 * 2 * GENERATOR_BYTES);
      const lost = (whole.traffic.cloudUp ?? NaN) / GENERATOR_BYTES - 3 * 2;
      expect([0, 1, 2, 3]).toContain(lost);
    },
  );

  test('LAB-31: Ctrl-C while a round is scored keeps the round, and before any training nothing', async () => {
    const during = await simulate({ flags: ['--set', 'run.rounds=2'], interruptAt: /Pen: .* 100 %/ });
    expect(during.exitCode).toBe(130);
    expect((await results()).rounds).toMatchObject([{ round: 1, domains: [] }]);
    out = join(root, 'never');
    const before = await simulate({ flags: ['--set', 'seed=9'], interruptAt: /loading/ });
    expect([before.exitCode, before.err]).toEqual([
      130,
      expect.stringContaining('before the training began'),
    ]);
    await expect(access(join(out, 'results.json'))).rejects.toThrow();
  });
});

describe('bad input', () => {
  const twoSets = TINY.replace(
    "  - { name: Pen, source: 'drawn:pen', limit: 64, testLimit: 32 }",
    '  - { name: MNIST, source: mnist }\n  - { name: Own, source: ./pictures }',
  );

  test.each([
    ['unknown keys', { file: `${TINY}colour: red\n` }, ['line 8: colour is no setting']],
    ['data that is missing, of every domain', { file: twoSets }, ['--data', 'MNIST', 'Own', 'pictures']],
    ['more devices than images', { flags: ['--set', 'devices=70'] }, ['70 devices and only 64 images']],
    [
      'an impossible partition',
      { flags: ['--set', 'partition={rule: by-class, classesPerDevice: 11}'] },
      ['"Pen" has 10 classes'],
    ],
    [
      'a domain with one class',
      { file: TINY.replace('drawn:pen', './one-class') },
      ['Pen has images of one class only', 'two classes or more'],
    ],
    ['nothing to go on with', { flags: ['--resume'] }, ['no experiment in']],
    ['seed 0', { flags: ['--seed', '0'] }, ['seed must be at least 1']],
  ])('LAB-32: %s: refused in words, and nothing is left behind', async (_what, asked, told) => {
    const { exitCode, err } = await simulate(asked);
    expect(exitCode).toBeGreaterThan(0);
    for (const part of told) expect(err).toContain(part);
    expect(err).not.toMatch(/\n {4}at /);
    await expect(access(join(out, 'results.json'))).rejects.toThrow();
    await expect(access(join(out, 'progress.json'))).rejects.toThrow();
  });
});
