import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { STRATEGY_NAMES, strategyOf } from '@tessera/core/strategy';
import { CommandFailure } from '../cli/index.ts';
import {
  type ConfigSources,
  DEFAULT_RUN,
  DEMO_RUN,
  flagsOfSource,
  labRun,
  labSource,
  loadConfig,
  pointsLabRun,
  pointsLabSource,
} from './index.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tessera-config-'));
});
afterEach(() => rm(folder, { recursive: true }));

const sources = (changes: Partial<ConfigSources> = {}): ConfigSources => ({
  preset: DEFAULT_RUN,
  assignments: [],
  server: {},
  cwd: folder,
  ...changes,
});

async function file(content: unknown): Promise<{ file: string }> {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  await writeFile(join(folder, 'run.json'), text);
  return { file: 'run.json' };
}

async function failureOf(changes: Partial<ConfigSources>): Promise<string> {
  const failure = await loadConfig(sources(changes)).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(CommandFailure);
  expect(failure).toMatchObject({ exitCode: 2 });
  return (failure as CommandFailure).message;
}

describe('configuration', () => {
  it('CONF-1: both presets are complete configurations', async () => {
    expect((await loadConfig(sources())).run.title).toBe('Digits');
    expect((await loadConfig(sources({ preset: DEMO_RUN }))).run).toMatchObject({ width: 0.25, batch: 16 });
  });

  it('CONF-2: flags win over the file, the file over the preset', async () => {
    const config = await loadConfig(
      sources({
        ...(await file({
          run: { batch: 32, width: 0.5, title: 'Shapes' },
          server: { port: 1, joinCode: 'abcd' },
        })),
        assignments: ['batch=8', 'sentence=Hello there', 'clusters="auto"'],
        server: { port: 9000, httpsPort: undefined },
      }),
    );
    expect(config.run).toMatchObject({ batch: 8, width: 0.5, title: 'Shapes', sentence: 'Hello there' });
    expect(config.server).toMatchObject({ port: 9000, httpsPort: 7778, joinCode: 'abcd' });
  });

  it('CONF-3: every fault of file and flags is reported at once, in plain words', async () => {
    const message = await failureOf({
      ...(await file({
        run: { batch: 1, width: 0.3, imageSize: 30, classes: [], widht: 1, clusters: 9, minimumDevices: 70 },
        server: { port: 'x', keyFile: 'k.pem' },
        extra: 1,
      })),
      assignments: ['rounds=2.5', 'seed'],
    });
    for (const fault of [
      'The configuration has 12 faults:',
      'run.batch must be at least 2, not 1',
      'run.width must be 1, 0.5, 0.25, 0.125 or 0.0625, not 0.3',
      'run.imageSize must be 28 or 32, not 30',
      'run.classes must be a list of at least 1, not []',
      'run.widht is no setting; did you mean run.width?',
      'run.clusters must be at most 8, not 9',
      'run.minimumDevices (70) is more than run.maximumDevices (64)',
      'run.rounds must be a whole number, not 2.5',
      '--set needs KEY=VALUE, not "seed"',
      'server.port must be a number, not "x"',
      'server.certificateFile and server.keyFile (--cert and --key) are only of use together',
      'extra is no setting',
    ])
      expect(message).toContain(fault);
  });

  it.each([
    ['no JSON', '{"run": ', 'is no JSON'],
    ['a list', '[]', 'the outermost value must be an object'],
    ['a wrong part', '{"run": 5}', 'run must be an object, not 5'],
  ])('CONF-4: a file with %s is refused by name', async (_, content, expected) => {
    expect(await failureOf(await file(content))).toContain(expected);
  });

  it('LIVE-4: a strategy without volunteers is refused, with the command that runs it; live ones are served', async () => {
    for (const name of STRATEGY_NAMES) {
      const changes = { assignments: [`strategy=${name}`] };
      if (strategyOf(name).live) {
        expect((await loadConfig(sources(changes))).run.strategy).toBe(name);
      } else {
        const message = await failureOf(changes);
        expect(message).toContain(`run.strategy "${name}" is there for comparisons`);
        expect(message).toContain('`tessera simulate`; live are huscf-gan, fed-gan');
      }
    }
  });

  it('CONF-4: a missing file is refused by name', async () => {
    expect(await failureOf({ file: 'nowhere.json' })).toContain(join(folder, 'nowhere.json'));
  });

  it('CONF-6: width and batch that nobody chose follow from the link and the devices on it', async () => {
    const run = async (assignments: string[], linkMegabitsPerSecond?: number) =>
      (await loadConfig(sources({ assignments, server: { linkMegabitsPerSecond } }))).run;
    expect(await run([])).toMatchObject({ width: 0.25, batch: 16, encoding: 'float16' });
    expect(await run([], 50)).toMatchObject({ width: 0.125, batch: 16 });
    expect(await run(['width=1'], 50)).toMatchObject({ width: 1, batch: 16 });
    expect(await run(['batch=64', 'width=0.5'], 50)).toMatchObject({ width: 0.5, batch: 64 });
  });

  it('CONF-4: settings that do not go together are named', async () => {
    const message = async (...assignments: string[]) => failureOf(sources({ assignments }));
    expect(await message('featureBlock=2')).toContain('run.featureBlock needs run.deepestCut 1');
    expect(await message('featureBlock=5', 'deepestCut=1')).toContain('one of blocks 2 to 4, not 5');
    expect(await message('bodies=per-cluster', 'strategy=fed-gan')).toContain('with huscf-gan only');
    expect(await message('judgeEveryRounds=5')).toContain('run.judgeEveryRounds needs run.heldOutShare');
    expect(await message('judgeEveryRounds=5', 'heldOutShare=0.1', 'classes=["one"]')).toContain(
      'needs two classes or more',
    );
    await expect(
      loadConfig(sources({ assignments: ['featureBlock=4', 'deepestCut=1', 'bodies=per-cluster'] })),
    ).resolves.toMatchObject({ run: { featureBlock: 4, bodies: 'per-cluster' } });
  });

  it('TIERDATA-5: data and conditions that do not go with the rest are named, others are served', async () => {
    const message = async (...assignments: string[]) => failureOf(sources({ assignments }));
    expect(await message('data=points')).toContain('for example with fed-gan or md-gan, not with huscf-gan');
    expect(await message('condition=domains')).toContain('run.condition domains needs run.communities');
    expect(await message('judgeEveryRounds=5', 'heldOutShare=0.1', 'condition=none')).toContain(
      'run.judgeEveryRounds needs images drawn by their classes',
    );
    const { run } = await loadConfig(
      sources({ assignments: ['data=points', 'condition=none', 'strategy=fed-gan'] }),
    );
    expect(run).toMatchObject({ data: 'points', condition: 'none', width: 0.25, batch: 16 });
  });

  it('TIERNET-57: labs are complete configurations, each community with data of its own', async () => {
    const lab = await loadConfig(sources({ preset: labRun(4) }));
    expect(lab.run.communities).toEqual(['Pens', 'Markers', 'Segments', 'Pens 2']);
    expect([0, 4].map((community) => flagsOfSource(labSource(community)))).toEqual([
      ['--drawn', 'pen'],
      ['--drawn', 'marker'],
    ]);
    const { run } = await loadConfig(sources({ preset: pointsLabRun(9) }));
    expect(run).toMatchObject({
      strategy: 'fr-sync',
      data: 'points',
      condition: 'none',
      width: 0.25,
      batch: 64,
    });
    expect([run.communities[0], run.communities[8]]).toEqual(['Gaussian 1', 'Gaussian 9']);
    expect([0, 8].map((community) => flagsOfSource(pointsLabSource(community)))).toEqual([
      ['--points', '1'],
      ['--points', '9'],
    ]);
    // One class for each mean: the networks may be told classes as well.
    const labelled = sources({ preset: pointsLabRun(2), assignments: ['condition=classes'] });
    expect((await loadConfig(labelled)).run.classes).toHaveLength(9);
  });

  it('CONF-5: an own __proto__ key is a fault and changes nothing', async () => {
    expect(await failureOf(await file('{"run": {"__proto__": {"batch": 4}, "constructor": 1}}'))).toContain(
      'run.constructor is no setting',
    );
  });
});
