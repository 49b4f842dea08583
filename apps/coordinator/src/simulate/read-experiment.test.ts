import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CommandFailure } from '../cli/index.ts';
import { communitiesOf } from './communities.ts';
import { publishedTable } from './published-tables.ts';
import { readExperiment } from './read-experiment.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tessera-experiment-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const SMALL = `
title: Small
domains:
  - { name: Pen, source: 'drawn:pen' }
  - { name: Marker, source: 'drawn:marker' }
devices: 4
run: { rounds: 3 }
`;

async function read(text: string, ...assignments: string[]) {
  const path = join(folder, 'experiment.yaml');
  await writeFile(path, text);
  return readExperiment({ path, assignments });
}

/** The faults of a file, one a line, without the head. */
async function faultsOf(text: string, ...assignments: string[]): Promise<string[]> {
  const failure: unknown = await read(text, ...assignments).catch((error: unknown) => error);
  if (!(failure instanceof CommandFailure)) throw new Error('the experiment was read');
  expect(failure.exitCode).toBe(2);
  return failure.message.split('\n').slice(1);
}

describe('the experiment file', () => {
  test('LAB-20: what a file does not say has the paper’s defaults', async () => {
    const experiment = await read(SMALL);
    expect(experiment).toMatchObject({
      strategy: 'huscf-gan',
      partition: { rule: 'iid' },
      run: { width: 1, batch: 64, encoding: 'float32', rounds: 3 },
      fleet: { profiles: 'paper', coordinatorGigaflopsPerSecond: 672 },
      seed: 1,
    });
  });

  test('LAB-21: every fault is told at once, each with its line, unknown keys with the nearest one', async () => {
    const faults = await faultsOf(`
title: ''
domains:
  - { name: Pen, source: 'drawn:pen', sauce: 1 }
devices: many
run:
  batch: 1
  bacth: 16
  width: 0.3
fleet:
  profiles:
    - name: Phone
      gigaflopsPerSecond: -1
strategie: fed-gan
`);
    expect(faults).toEqual([
      '  - line 2: title must be at least 1 characters long, not ""',
      '  - line 4: domains.0.sauce is no setting; did you mean domains.0.source?',
      '  - line 5: devices must be a number, not "many"',
      '  - line 7: run.batch must be at least 2, not 1',
      '  - line 8: run.bacth is no setting; did you mean run.batch?',
      '  - line 9: run.width must be 1, 0.5, 0.25, 0.125 or 0.0625, not 0.3',
      '  - line 12: fleet.profiles.0.megabitsPerSecond is missing: it must be a number',
      '  - line 13: fleet.profiles.0.gigaflopsPerSecond must be more than 0, not -1',
      '  - line 14: strategie is no setting; did you mean strategy?',
    ]);
  });

  test('LAB-21: what is missing, and YAML that is none, is told in words', async () => {
    expect(await faultsOf('title: x\ndomains: []\n')).toEqual([
      '  - line 2: domains must be a list of at least 1, not []',
      '  - devices is missing: it must be a number',
    ]);
    expect((await faultsOf('title: [x\ndevices: 3'))[0]).toMatch(/line \d+: /);
    expect(await faultsOf('title: x\ntitle: y\n')).toEqual(['  - line 2: Map keys must be unique']);
  });

  test('LAB-22: settings that do not go together are told with their lines', async () => {
    const faults = await faultsOf(`
title: Odd
domains:
  - { name: Pen, source: 'drawn:pen', devices: 5 }
  - { name: Pen, source: 'drawn:marker' }
devices: 5
run: { rounds: 2 }
events:
  - { round: 2, device: 6, slower: 10 }
`);
    expect(faults).toEqual([
      '  - line 5: two domains are called Pen',
      '  - line 6: devices (5) cannot be dealt to 2 domains as they ask: 5 + 0',
      '  - line 9: there is no device 6 among 5',
      '  - line 9: the run has 2 rounds, counted from 0',
    ]);
  });

  test('TIERDATA-11: faults of communities are told with their lines', async () => {
    const faults = await faultsOf(`
title: Odd
domains:
  - { name: Pen, source: 'drawn:pen', devices: 2 }
  - { name: Marker, source: 'drawn:marker' }
tiers:
  communities:
    - { name: A, domain: Pen, devices: 2 }
    - { name: A, domain: Pencil, devices: 2 }
  clouds: 1
devices: 4
strategy: lr-sync
publishedTable: { table: 2, partition: iid }
`);
    expect(faults).toEqual(['  - line 10: tiers.clouds is no setting; did you mean tiers.cloud?']);
    const rest = await faultsOf(`
title: Odd
domains:
  - { name: Pen, source: 'drawn:pen', devices: 2 }
  - { name: Marker, source: 'drawn:marker' }
tiers:
  communities:
    - { name: A, domain: Pen, devices: 2 }
    - { name: A, domain: Pencil, devices: 2 }
devices: 4
strategy: lr-sync
publishedTable: { table: 2, partition: iid }
`);
    expect(rest).toEqual([
      '  - line 4: with tiers, the communities say how many devices there are: leave devices out here',
      '  - line 5: no community has images of Marker',
      '  - line 9: the community A has images of Pencil, and the domains are Pen, Marker',
      '  - line 9: two communities are called A',
      '  - line 10: devices (4) cannot be dealt to 2 domains as they ask: 2 + 0',
      '  - line 12: table 2 is about runs with run.condition domains',
      '  - LR sync (three tiers) needs run.condition domains: its networks are told the community, and no classes',
    ]);
  });

  test('REG-5: RegGAN needs networks that are told domains, and two of them', async () => {
    const faults = await faultsOf(
      "title: x\ndomains: [{ name: A, source: 'drawn:pen' }]\ndevices: 2\nstrategy: reg-gan\n",
    );
    expect(faults).toEqual([
      '  - line 2: RegGAN pairs images of two domains: name at least two domains, or two communities',
      '  - RegGAN needs run.condition domains: its networks are told the community, and no classes',
    ]);
  });

  test('TIERDATA-5: points with a strategy that divides networks are refused in an experiment too', async () => {
    expect(await faultsOf("title: x\ndomains: [{ name: A, source: 'gaussians' }]\ndevices: 2\n")).toEqual([
      '  - run.data points is for networks that are trained whole, for example with fed-gan or md-gan, not with huscf-gan',
    ]);
  });

  test('TIERDATA-12: every file of the second paper is read, whatever its strategy', async () => {
    for (const [file, strategies] of [
      ['tiers-gaussians', ['fr-sync', 'fr-async', 'centralised', 'fed-gan', 'asyn-dgan']],
      ['tiers-slow-device', ['fr-sync', 'fr-async']],
      ['tiers-fr-iid', ['fr-sync', 'fr-async', 'centralised', 'fed-gan', 'asyn-dgan']],
      ['tiers-fr-non-iid', ['fr-sync', 'fr-async', 'centralised', 'fed-gan', 'asyn-dgan']],
      ['tiers-lr-iid', ['lr-sync', 'lr-async', 'reg-gan', 'fed-gan']],
      ['tiers-lr-non-iid', ['lr-sync', 'lr-async', 'reg-gan', 'fed-gan']],
      ['tiers-lr-shoes', ['lr-sync', 'lr-async', 'reg-gan', 'fed-gan']],
    ] as const)
      for (const strategy of strategies) {
        const path = fileURLToPath(new URL(`../../../../experiments/${file}.yaml`, import.meta.url));
        const experiment = await readExperiment({ path, assignments: [`strategy=${strategy}`] });
        expect(communitiesOf(experiment).every(({ devices }) => devices === 5)).toBe(true);
        const published = publishedTable(experiment);
        expect(published).toHaveLength(file.endsWith('iid') ? 1 : 0);
      }
  });

  test('LAB-22: a file that is not there, or is no text of a page, is refused by its path', async () => {
    await expect(readExperiment({ path: join(folder, 'none.yaml'), assignments: [] })).rejects.toThrow(
      'none.yaml cannot be read',
    );
    await expect(read('#'.repeat(2 ** 20 + 1))).rejects.toThrow('larger than 1 MiB');
  });
});

describe('settings from flags', () => {
  test('LAB-23: --set replaces and adds values, by name and by place in a list, with their types', async () => {
    const experiment = await read(
      SMALL,
      'run.width=0.25',
      'strategy=fed-gan',
      'domains.1.limit=100',
      'fleet.profiles=[{name: One, gigaflopsPerSecond: 3, megabitsPerSecond: 8}]',
      'title=Small: again',
      'partition={rule: dirichlet, alpha: 0.3}',
    );
    expect(experiment.run.width).toBe(0.25);
    expect(experiment.run.rounds).toBe(3);
    expect(experiment.strategy).toBe('fed-gan');
    expect(experiment.domains[1]?.limit).toBe(100);
    expect(experiment.fleet.profiles).toMatchObject([{ name: 'One', share: 1 }]);
    expect(experiment.title).toBe('Small: again');
    expect(experiment.partition).toEqual({ rule: 'dirichlet', alpha: 0.3 });
  });

  test('LAB-23: faults of flags are told as such, together with those of the file', async () => {
    const faults = await faultsOf(
      SMALL.replace('rounds: 3', 'round: 3'),
      'run.batch=0',
      'run',
      'run.widht=1',
      'devices.x=1',
    );
    expect(faults).toContain('  - --set needs KEY=VALUE, for example run.width=0.5, not "run"');
    expect(faults).toContain('  - --set: run.batch must be at least 2, not 0');
    expect(faults).toContain('  - --set: run.widht is no setting; did you mean run.width?');
    expect(faults).toContain('  - line 7: run.round is no setting; did you mean run.rounds?');
    expect(faults).toContain('  - --set devices.x=1: there is no such place in the file');
  });
});
