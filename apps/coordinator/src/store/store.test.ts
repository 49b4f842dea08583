import { fork } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunSettings, runSettingsSchema, TesseraError } from '@tessera/core/protocol';
import type { Checkpoint } from '@tessera/core/session';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dataDirectoryOf, lockDirectory, prepareDataDirectory, RunStore } from './index.ts';
import { MAX_SAMPLE_ROUNDS } from './sample-files.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tessera-store-'));
});
afterEach(() => rm(folder, { recursive: true }));

const settings: RunSettings = runSettingsSchema.parse({ id: 'a', title: 'A', classes: ['x', 'y'] });
const tensors = (name: string, ...values: number[]) =>
  new Map([[name, { shape: [values.length], data: Float32Array.from(values) }]]);
const CUT = { gHead: 2, gTail: 1, dHead: 1, dTail: 2 };

function checkpoint(committedRound: number): Checkpoint {
  return {
    settings,
    committedRound,
    body: {
      values: tensors('generator.block3.conv.weight', 1, 2, committedRound),
      moments: {
        steps: new Map([['generator.block3', 7]]),
        moments: tensors('generator.block3.conv.weight/m', 0.5, -0.25, 1e-30),
      },
    },
    clusterLayers: new Map([
      [0, tensors('generator.block1.dense.bias', 3)],
      [2, tensors('generator.block1.dense.bias', 4)],
    ]),
    globalLayers: tensors('generator.block1.dense.bias', 3.5),
    globalVersion: 3,
    ownLayers: new Map([['device-00001', tensors('discriminator.block1.conv.bias', 6)]]),
    members: [
      { id: 'd1', tokenDigest: 'digest', name: 'Phone', kind: 'browser', cluster: 2, weight: 0.5, cut: CUT },
      { id: 'd2', tokenDigest: 'other', name: 'Laptop', kind: 'node' },
    ],
    losses: [{ round: 0, step: 0, discriminatorReal: 0.7, discriminatorFake: 0.6, generator: 0.8 }],
    groups: [{ round: 0, of: { d1: 2 } }],
    judged: [{ round: 0, groups: [{ cluster: 2, right: 31, total: 40, devices: 1 }] }],
    elapsedSeconds: 12.5,
  };
}

const file = (commits: number, name: string) =>
  join(folder, 'checkpoints', `commit-${String(commits).padStart(6, '0')}`, name);

async function errorOf(promise: Promise<unknown>): Promise<TesseraError> {
  const error = await promise.catch((thrown: unknown) => thrown);
  if (!(error instanceof TesseraError)) throw new Error('no TesseraError was thrown');
  return error;
}

describe('checkpoints', () => {
  it('STORE-1: what was committed is loaded, to the last bit', async () => {
    const store = new RunStore(folder);
    expect(await store.load()).toEqual({ notes: [] });
    await store.commit(checkpoint(4));
    expect(await new RunStore(folder).load()).toEqual({ checkpoint: checkpoint(4), notes: [] });
  });

  it('STORE-2: the last three are kept, and the newest is used', async () => {
    const store = new RunStore(folder);
    for (const round of [-1, 0, 1, 2, 3]) await store.commit(checkpoint(round));
    expect((await store.load()).checkpoint?.committedRound).toBe(3);
    expect(await readdir(join(folder, 'checkpoints'))).toEqual([
      'commit-000002',
      'commit-000003',
      'commit-000004',
    ]);
  });

  it.each([
    'state.json',
    'body.safetensors',
    'body-moments.safetensors',
    'cluster-2.safetensors',
    'manifest.json',
  ])('STORE-3: when %s is damaged, the checkpoint before is used, and that is said', async (name) => {
    const store = new RunStore(folder);
    await store.commit(checkpoint(0));
    await store.commit(checkpoint(1));
    const content = await readFile(file(2, name));
    content.writeUInt8(content.readUInt8(content.length >> 1) ^ 1, content.length >> 1);
    await writeFile(file(2, name), content);
    const loaded = await store.load();
    expect(loaded.checkpoint).toEqual(checkpoint(0));
    expect(loaded.notes[0]).toMatch(/^The checkpoint of round 1 is damaged and was passed over: /);
    expect(loaded.notes[1]).toBe('The run goes on from the checkpoint of round 0.');
    await store.commit(checkpoint(1));
    expect(await store.load()).toEqual({ checkpoint: checkpoint(1), notes: [] });
  });

  it('STORE-3: a file that is gone or cut short counts as damage', async () => {
    const store = new RunStore(folder);
    for (const round of [0, 1, 2]) await store.commit(checkpoint(round));
    await rm(file(3, 'global-layers.safetensors'));
    await writeFile(
      file(2, 'body.safetensors'),
      (await readFile(file(2, 'body.safetensors'))).subarray(0, 20),
    );
    const { checkpoint: used, notes } = await store.load();
    expect(used?.committedRound).toBe(0);
    expect(notes).toHaveLength(3);
  });

  it('STORE-4: when all are damaged nothing is overwritten: the start is refused', async () => {
    const store = new RunStore(folder);
    await store.commit(checkpoint(0));
    await writeFile(file(1, 'state.json'), '{}');
    expect((await errorOf(store.load())).code).toBe('checkpoint-corrupt');
    expect(await readFile(file(1, 'state.json'), 'utf8')).toBe('{}');
  });

  it('STORE-5: what a crash left half written is never used and is swept away', async () => {
    const store = new RunStore(folder);
    await store.commit(checkpoint(0));
    await mkdir(join(folder, 'checkpoints', '.unfinished-commit-000002'));
    expect((await store.load()).checkpoint?.committedRound).toBe(0);
    expect(await readdir(join(folder, 'checkpoints'))).toEqual(['commit-000001']);
  });

  it('STORE-6: a commit that cannot be written says why and leaves the last one as it is', async () => {
    const store = new RunStore(folder);
    await store.commit(checkpoint(0));
    // A file where the folder would have to be made stops every user, root included.
    await rename(join(folder, 'checkpoints'), join(folder, 'elsewhere'));
    await writeFile(join(folder, 'checkpoints'), 'in the way');
    const error = await errorOf(store.commit(checkpoint(1)));
    expect(error.code).toBe('data-directory-unwritable');
    expect(error.message).toMatch(/^The checkpoint of round 1 could not be written: /);
    await rm(join(folder, 'checkpoints'));
    await rename(join(folder, 'elsewhere'), join(folder, 'checkpoints'));
    expect((await store.load()).checkpoint).toEqual(checkpoint(0));
  });

  it('STORE-7: a fresh start puts the old run aside and loses nothing', async () => {
    const store = new RunStore(folder);
    expect(await store.putAside(new Date(0))).toBeUndefined();
    await store.commit(checkpoint(0));
    const aside = await store.putAside(new Date(0));
    expect(aside).toBe(join(folder, 'before-1970-01-01T00-00-00-000Z'));
    expect(await store.load()).toEqual({ notes: [] });
    expect((await new RunStore(aside ?? '').load()).checkpoint).toEqual(checkpoint(0));
  });
});

describe('samples', () => {
  const samples = (round: number) => ({
    round,
    shape: [1, 2, 1] as const,
    groups: [{ cluster: 0, labels: [0], pixels: 'AAE=' }],
  });

  it('STORE-8: the samples of a round are kept for the slider', async () => {
    const store = new RunStore(folder);
    await store.saveSamples(samples(3));
    await store.saveSamples(samples(1));
    expect(await store.sampleRounds()).toEqual([1, 3]);
    expect(await store.samples(3)).toEqual(samples(3));
    expect(await store.samples(2)).toBeUndefined();
  });

  it('STORE-9: a long history is thinned evenly and keeps its first and last rounds', async () => {
    const store = new RunStore(folder);
    const rounds = MAX_SAMPLE_ROUNDS * 2;
    for (let round = 0; round < rounds; round++) await store.saveSamples(samples(round));
    const kept = await store.sampleRounds();
    expect(kept).toHaveLength(MAX_SAMPLE_ROUNDS);
    expect([kept[0], kept.at(-1)]).toEqual([0, rounds - 1]);
    const gaps = kept.slice(1).map((round, i) => round - (kept[i] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(4);
  });
});

describe('data directory', () => {
  it('STORE-10: it is made where it is told to be, by default .tessera/<run id>', async () => {
    expect(dataDirectoryOf('digits', { cwd: folder })).toBe(join(folder, '.tessera', 'digits'));
    expect(dataDirectoryOf('digits', { cwd: folder, dataDir: 'x' })).toBe(join(folder, 'x'));
    await prepareDataDirectory(join(folder, 'a', 'b'));
    expect(await readdir(join(folder, 'a', 'b'))).toEqual([]);
  });

  it('STORE-11: one that cannot be written is refused with its path', async () => {
    await writeFile(join(folder, 'file'), '');
    const error = await errorOf(prepareDataDirectory(join(folder, 'file', 'run')));
    expect(error.code).toBe('data-directory-unwritable');
    expect(error.message).toContain(join(folder, 'file', 'run'));
  });

  it('STORE-12: a directory in use is refused; the lock of a process that ended is taken over', async () => {
    const holder = join(folder, 'holder.mjs');
    await writeFile(holder, 'process.on("disconnect", () => process.exit()); process.send("here");');
    const other = fork(holder);
    await new Promise((resolve) => other.once('message', resolve));
    const stat = await readFile(`/proc/${other.pid ?? 0}/stat`, 'utf8').catch(() => '');
    const startedAt = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? 'running';
    await writeFile(join(folder, 'lock'), JSON.stringify({ pid: other.pid, startedAt }));
    expect((await errorOf(lockDirectory(folder))).code).toBe('data-directory-in-use');
    other.kill('SIGKILL');
    await new Promise((resolve) => other.once('exit', resolve));
    const release = await lockDirectory(folder);
    expect(JSON.parse(await readFile(join(folder, 'lock'), 'utf8'))).toMatchObject({ pid: process.pid });
    await release();
    expect(await readdir(folder)).not.toContain('lock');
  });

  it.each(['', '{', '{"pid":0}', '{"pid":1,"startedAt":"another process of that number"}'])(
    'STORE-12: a lock that says %j holds nobody off',
    async (content) => {
      await writeFile(join(folder, 'lock'), content);
      await (
        await lockDirectory(folder)
      )();
    },
  );
});
