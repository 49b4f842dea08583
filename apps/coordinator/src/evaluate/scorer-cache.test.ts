import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { takeImages } from '@tessera/core/data';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startEngine } from '../engine/index.ts';
import { type ScorerRequest, scorerFor } from './index.ts';
import { corners } from './testing/corners.ts';

const train = corners(128, 1);
let folder: string;
let notes: string[];
beforeAll(() => startEngine({ engine: 'wasm', env: process.env }));
beforeEach(async () => {
  notes = [];
  folder = await mkdtemp(join(tmpdir(), 'tessera-scorers-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Where a scorer came from, its file, and its answers about other images. */
async function found(change: Partial<ScorerRequest> = {}) {
  const onNote = (note: string) => notes.push(note);
  const { scorer, origin, path } = await scorerFor({ train, epochs: 1, folder, onNote, ...change });
  const answers = [...(await scorer.probabilities(corners(10, 5).images))];
  scorer.dispose();
  return { origin, path, answers };
}

describe('scorers', () => {
  it('MET-12: are trained once, kept, and come back as they were', async () => {
    const first = await found();
    const second = await found();
    expect([first.origin, second.origin]).toEqual(['trained', 'kept']);
    expect(second.answers).toEqual(first.answers);
    expect(await readdir(folder)).toEqual([first.path.slice(folder.length + 1)]);
    expect(notes).toEqual([]);
  });

  it.each([
    ['other images', { train: corners(128, 2) }],
    ['fewer images', { train: takeImages(train, [0, 1, 2, 3, 4, 5, 6, 7]) }],
    ['other labels', { train: { ...train, labels: train.labels.map((label) => 3 - label) } }],
    ['more classes', { train: { ...train, classNames: [...train.classNames, 'centre'] } }],
    ['more epochs', { epochs: 2 }],
    ['another seed', { seed: 7 }],
  ])('MET-12: %s make another scorer', async (_, change) => {
    const first = await found();
    const other = await found(change);
    expect(other.origin).toBe('trained');
    expect(other.path).not.toBe(first.path);
    expect((await found()).origin).toBe('kept');
  });

  it.each([
    ['cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length - 100), 'behind the end of the file'],
    ['empty', () => Buffer.alloc(0), 'only 0 bytes'],
    [
      'changed in one bit of one weight',
      (bytes: Buffer) => {
        const changed = Buffer.from(bytes);
        changed[changed.length - 2000] = (changed[changed.length - 2000] ?? 0) ^ 1;
        return changed;
      },
      'checksum',
    ],
  ])('MET-12: a file that is %s is told, trained again and replaced', async (_, damage, reason) => {
    const first = await found();
    await writeFile(first.path, damage(await readFile(first.path)));
    const second = await found();
    expect(second).toEqual(first);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain(first.path);
    expect(notes[0]).toContain(reason);
    expect((await found()).origin).toBe('kept');
  });

  it('MET-12: the file of another scorer under the same name is not taken', async () => {
    const [one, other] = [await found(), await found({ seed: 7 })];
    await writeFile(one.path, await readFile(other.path));
    expect(await found()).toEqual(one);
    expect(notes[0]).toContain('other images or settings');
  });

  it('MET-12: a scorer that cannot be kept is used all the same, and that is told', async () => {
    const file = join(folder, 'no-folder');
    await writeFile(file, '');
    expect((await found({ folder: file })).origin).toBe('trained');
    expect(notes.join()).toContain('could not be kept');
  });

  it('MET-12: an aborted training leaves no file', async () => {
    const stopped = scorerFor({ train, epochs: 1, folder, signal: AbortSignal.abort(new Error('enough')) });
    await expect(stopped).rejects.toThrow('enough');
    expect(await readdir(folder)).toEqual([]);
  });
});
