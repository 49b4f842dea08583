import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CloudCheckpoint, edgeOf } from '@tessera/core/cloud';
import { smallRun } from '@tessera/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cloudCheckpointOf, cloudFilesOf } from './cloud-files.ts';
import { CloudStore, edgeToken } from './index.ts';

let folder: string;
let notes: string[];
beforeEach(async () => {
  notes = [];
  folder = await mkdtemp(join(tmpdir(), 'tessera-cloud-'));
});
afterEach(() => rm(folder, { recursive: true }));

const open = () => new CloudStore(folder, (note) => notes.push(note));

function checkpoint(version: number, withDomains = false): CloudCheckpoint {
  const tensors = (value: number) =>
    new Map([['generator.block1.dense.bias', { shape: [2], data: Float32Array.of(value, -value) }]]);
  return {
    settings: smallRun({ strategy: 'fr-sync', communities: ['North', 'South'] }),
    version,
    generator: tensors(version),
    weights: new Map([
      [0, 0.25],
      [1, 0.75],
    ]),
    uploads: new Map(
      [0, 1].map((community) => [
        community,
        {
          ...{ community, seat: 0, round: 7, score: -0.5, iterations: 10, basedOn: version - 1, version },
          generator: tensors(10 * version + community),
        },
      ]),
    ),
    ...(withDomains && {
      domains: {
        classifier: tensors(5),
        moments: { steps: new Map([['block1', 3]]), moments: tensors(6) },
      },
    }),
  };
}

describe('the files of a cloud', () => {
  it.each([false, true])('TIERNET-20: a merge is read back as it was (domain terms: %s)', async (domains) => {
    expect(await open().load()).toBeUndefined();
    await open().commit(checkpoint(3, domains));
    expect(await open().load()).toEqual(checkpoint(3, domains));
    expect(notes).toEqual([]);
  });

  it('TIERNET-24: the uploads of several edges of a community are read back each by itself', async () => {
    const several = new Map(checkpoint(3).uploads);
    const [first] = several.values();
    if (!first) throw new Error('there is no upload');
    const value = { shape: [2], data: Float32Array.of(7, 8) };
    const second = { ...first, seat: 5, generator: new Map([['generator.block1.dense.bias', value]]) };
    several.set(edgeOf(second), second);
    const kept = { ...checkpoint(3), uploads: several };
    await open().commit(kept);
    expect(await open().load()).toEqual(kept);
  });

  it('TIERNET-24: a folder of a time when a community had one edge is read: merge and token are its first edge’s', async () => {
    const { settings, version, weights, uploads } = checkpoint(3);
    const bare = [...uploads.values()].map(
      ({ community, round, score, iterations, basedOn, version: of }) => ({
        ...{ community, round, score, iterations, basedOn },
        version: of,
      }),
    );
    const state = { format: 1, settings, version, weights: [...weights], uploads: bare };
    const files = new Map([
      ...cloudFilesOf(checkpoint(3)),
      ['state.json', Buffer.from(JSON.stringify(state))],
    ]);
    expect(cloudCheckpointOf(files)).toEqual(checkpoint(3));
    await writeFile(join(folder, 'edges.json'), '{"North": "digest"}');
    expect(await open().edges.load()).toEqual(new Map([['North', ['digest']]]));
    expect(notes).toEqual([]);
  });

  it('TIERNET-21: three merges are kept; a damaged one is passed over with a note, and what a crash left is swept', async () => {
    const store = open();
    for (let version = 1; version <= 5; version++) await store.commit(checkpoint(version));
    const merges = join(folder, 'merges');
    expect((await readdir(merges)).sort()).toEqual(['version-000003', 'version-000004', 'version-000005']);
    await writeFile(join(merges, 'version-000005', 'community-1.safetensors'), 'damaged');
    await mkdir(join(merges, '.unfinished-version-000006'));
    const again = open();
    expect((await again.load())?.version).toBe(4);
    expect(again.newest?.version).toBe(4);
    expect(notes[0]).toContain('version 5 is damaged');
    expect(notes[1]).toContain('goes on from the checkpoint of version 4');
    expect(await readdir(merges)).not.toContain('.unfinished-version-000006');
    for (const version of [3, 4]) await rm(join(merges, `version-00000${version}`, 'state.json'));
    await expect(open().load()).rejects.toThrow('No checkpoint in');
  });

  it('TIERNET-22: who its edges are is kept; a damaged file makes them new ones, with a note', async () => {
    const { edges } = open();
    await Promise.all([
      edges.save(new Map([['South', ['other']]])),
      edges.save(new Map([['North', ['digest', 'second']]])),
    ]);
    expect(await open().edges.load()).toEqual(new Map([['North', ['digest', 'second']]]));
    await writeFile(join(folder, 'edges.json'), '{"North": 5}');
    expect(await open().edges.load()).toEqual(new Map());
    expect(notes).toHaveLength(1);
  });

  it('TIERNET-22: an edge keeps its token in a file that only its owner reads', async () => {
    expect(await edgeToken(folder).load()).toBeUndefined();
    await edgeToken(folder).save('t'.repeat(43));
    expect(await edgeToken(folder).load()).toBe('t'.repeat(43));
    expect((await stat(join(folder, 'cloud-token'))).mode & 0o777).toBe(0o600);
    await writeFile(join(folder, 'cloud-token'), 'short');
    expect(await edgeToken(folder).load()).toBeUndefined();
  });

  it('TIERNET-23: --fresh puts merges, samples and edges aside', async () => {
    const store = open();
    expect(await store.putAside(new Date(0))).toBeUndefined();
    await store.commit(checkpoint(1));
    await store.edges.save(new Map());
    const aside = await store.putAside(new Date(0));
    expect((await readdir(aside ?? '')).sort()).toEqual(['edges.json', 'merges']);
    expect(await open().load()).toBeUndefined();
  });
});
