import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { experimentSchema } from './experiment.ts';
import { openProgress, writeProgress } from './record.ts';

let out: string;

beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'tessera-record-'));
});
afterEach(async () => {
  await rm(out, { recursive: true });
});

const NOW = new Date('2026-01-02T03:04:05Z');
const experimentWith = (changes: Readonly<Record<string, unknown>> = {}) =>
  experimentSchema.parse({
    title: 'x',
    domains: [{ name: 'Pen', source: 'drawn:pen' }],
    devices: 2,
    ...changes,
  });
const open = (resume: boolean, experiment = experimentWith()) =>
  openProgress({ experiment, out, resume, now: () => NOW });

describe('the record of an experiment', () => {
  test('LAB-28: a new one begins empty; what was written is gone on with, as the next start', async () => {
    const begun = await open(false);
    expect(begun).toMatchObject({ starts: 1, rounds: [], startedAt: NOW.toISOString() });
    await writeProgress(out, begun);
    expect(await open(true)).toEqual({ ...begun, starts: 2 });
  });

  test('LAB-28: nothing to go on with, a used folder and other settings are refused', async () => {
    await expect(open(true)).rejects.toThrow('no experiment in');
    await writeProgress(out, await open(false));
    await expect(open(false)).rejects.toThrow('holds an experiment already: go on with --resume');
    const other = experimentWith({ seed: 2, run: { rounds: 7 } });
    await expect(open(true, other)).rejects.toThrow('other settings (run, seed)');
  });

  test('LAB-28: a damaged record is refused and left alone', async () => {
    await writeFile(join(out, 'progress.json'), '{"starts": 1');
    for (const resume of [true, false]) await expect(open(resume)).rejects.toThrow('is damaged');
  });
});
