import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import '@tensorflow/tfjs-backend-cpu';
import { setBackend, tensor, tensor1d } from '@tensorflow/tfjs-core';
import { parametersOf } from '@tessera/core/architecture';
import { edgeNumber } from '@tessera/core/cloud';
import { bodyParameters, pickTensors } from '@tessera/core/federate';
import { initialGan, withoutKind } from '@tessera/core/gan';
import { Segment } from '@tessera/core/nn';
import { runSpec } from '@tessera/core/protocol';
import { Random } from '@tessera/core/random';
import { type NamedTensors, readSafetensors } from '@tessera/core/tensors';
import { smallRun } from '@tessera/core/testing';
import { unzipSync } from 'fflate';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../cli/index.ts';
import { exportCommand } from '../commands/export.ts';
import { CloudStore, RunStore } from '../store/index.ts';
import { recordingIo } from '../testing/recording-io.ts';
import { generatorZip, sourcesOf } from './index.ts';

const SETTINGS = smallRun();
const SPEC = runSpec(SETTINGS);
const FILES = ['discriminator.safetensors', 'generator.safetensors', 'load_tessera.py', 'settings.json'];

/** A Python with PyTorch, where this machine has one. */
const PYTHON = [process.env.TESSERA_PYTHON, 'python3'].find(
  (python) => python !== undefined && spawnSync(python, ['-c', 'import torch']).status === 0,
);

let folder: string;
beforeAll(async () => {
  await setBackend('cpu');
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tessera-export-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Random values everywhere, running statistics included, so that nothing passes by being zero or one. */
function values(seed: number): NamedTensors {
  const random = new Random(seed);
  return new Map(
    [...initialGan(SPEC, random)].map(([name, { shape, data }]) => {
      const low = name.endsWith('running_var') ? 0.5 : -0.2;
      return [name, { shape, data: data.map((value) => value + random.uniform(low, low + 0.4)) }];
    }),
  );
}

const checkpoint = (clusters: readonly number[]) => ({
  settings: SETTINGS,
  committedRound: 4,
  body: {
    values: pickTensors(values(1), bodyParameters(SPEC)),
    moments: { steps: new Map<string, number>(), moments: new Map() },
  },
  clusterLayers: new Map(clusters.map((cluster) => [cluster, values(10 + cluster)])),
  globalLayers: values(2),
  ownLayers: new Map(),
  globalVersion: 0,
  members: [],
  losses: [],
  groups: [],
  judged: [],
  elapsedSeconds: 0,
});

async function exported(...line: string[]) {
  const { io, out, err } = recordingIo(folder);
  const exitCode = await runCli(
    [exportCommand],
    ['export', '--data-dir', 'run', '--out', 'out', ...line],
    io,
  );
  return { exitCode, out: out.join('\n'), err: err.join('\n') };
}

const FIRST = 'block1.dense.weight';

function generatorAlone(seed: number): NamedTensors {
  return new Map([...values(seed)].filter(([name]) => name.startsWith('generator.')));
}

function firstOf(generator: NamedTensors): Float32Array | undefined {
  return generator.get(`generator.${FIRST}`)?.data;
}

async function firstWeight(group: string): Promise<Float32Array | undefined> {
  const bytes = await readFile(join(folder, 'out', group, 'generator.safetensors'));
  return readSafetensors(bytes).tensors.get(FIRST)?.data;
}

describe('export', () => {
  it('EXP-1: every group becomes a folder of weights, settings and loader', async () => {
    await new RunStore(join(folder, 'run')).commit(checkpoint([0, 2]));
    const { exitCode, out } = await exported('--json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(out)).toMatchObject([
      { group: 'A', rounds: 5 },
      { group: 'C', rounds: 5 },
    ]);
    for (const group of ['group-a', 'group-c'])
      expect((await readdir(join(folder, 'out', group))).sort()).toEqual(FILES);
  });

  it("EXP-2: weights have PyTorch's names and shapes; outer blocks are the group's, inner ones the body's", async () => {
    await new RunStore(join(folder, 'run')).commit(checkpoint([0, 1]));
    await exported('--cluster', 'b');
    expect(await readdir(join(folder, 'out'))).toEqual(['group-b']);
    for (const network of [SPEC.generator, SPEC.discriminator]) {
      const path = join(folder, 'out', 'group-b', `${network.kind}.safetensors`);
      const { tensors } = readSafetensors(await readFile(path));
      expect([...tensors].map(([name, { shape }]) => ({ name, shape }))).toEqual(
        parametersOf(network).map(({ name, shape }) => ({ name, shape })),
      );
      const [own, body] = [withoutKind(network, values(11)), withoutKind(network, values(1))];
      for (const [name, { data }] of tensors)
        expect(data).toEqual((/^block[15]\./.test(name) ? own : body).get(name)?.data);
    }
  });

  it('EXP-3: a group or a checkpoint that is not there is named', async () => {
    expect(await exported()).toMatchObject({
      exitCode: 1,
      err: `There is no checkpoint in ${join(folder, 'run')}.`,
    });
    await new RunStore(join(folder, 'run')).commit(checkpoint([0]));
    expect(await exported('--cluster', 'Z')).toMatchObject({
      exitCode: 2,
      err: 'There is no group "Z"; this run has A.',
    });
  });

  it('EXP-6: of an edge come its community’s generator and, after a merge, that of all; no discriminator, which stays on devices', async () => {
    const settings = {
      ...SETTINGS,
      strategy: 'fr-sync' as const,
      communities: ['North', 'South'],
      community: 1,
    };
    const [own, all] = [generatorAlone(3), generatorAlone(4)];
    const edge = { ...checkpoint([]), settings, clusterLayers: new Map([[0, own]]), globalVersion: 7 };
    const merged = { ...edge, body: { ...edge.body, values: all } };
    await new RunStore(join(folder, 'run')).commit(merged);
    const { out } = await exported('--json');
    expect(JSON.parse(out)).toMatchObject([
      { group: 'A', of: 'community South', rounds: 5 },
      { group: 'B', of: 'all communities', rounds: 5 },
    ]);
    expect((await readdir(join(folder, 'out', 'group-b'))).sort()).toEqual(FILES.slice(1));
    expect(await firstWeight('group-a')).toEqual(firstOf(own));
    expect(await firstWeight('group-b')).toEqual(firstOf(all));
    expect(sourcesOf({ ...merged, globalVersion: 0 }).map(({ name }) => name)).toEqual(['community South']);
  });

  it('EXP-7: of a cloud come the generator of all communities and each as it came to the last merge', async () => {
    const settings = { ...SETTINGS, strategy: 'fr-sync' as const, communities: ['North', 'South'] };
    const [all, north] = [generatorAlone(5), generatorAlone(6)];
    const upload = {
      community: 0,
      seat: 0,
      round: 2,
      generator: north,
      score: -0.5,
      iterations: 2,
      basedOn: 8,
      version: 9,
    };
    await new CloudStore(join(folder, 'run'), () => undefined).commit({
      ...{ settings, version: 9, generator: all, weights: new Map([[0, 1]]) },
      uploads: new Map([[edgeNumber(0, 0), upload]]),
    });
    const { out } = await exported('--json');
    expect(JSON.parse(out)).toMatchObject([
      { group: 'A', of: 'all communities', rounds: 9 },
      { group: 'B', of: 'community North', rounds: 9 },
    ]);
    expect(await firstWeight('group-a')).toEqual(firstOf(all));
    expect(await firstWeight('group-b')).toEqual(firstOf(north));
  });

  it('EXP-4: the download is a zip of the generator without the discriminator', async () => {
    const [group] = sourcesOf(checkpoint([0]));
    if (!group) throw new Error('no group');
    const files = unzipSync(await generatorZip(group));
    expect(Object.keys(files).sort()).toEqual(FILES.slice(1));
    const weights = files['generator.safetensors'] ?? new Uint8Array();
    expect(readSafetensors(weights).tensors.size).toBe(parametersOf(SPEC.generator).length);
  });

  it.skipIf(PYTHON === undefined)(
    'EXP-5: PyTorch computes the same images and logits from the files (not run where there is no PyTorch)',
    { timeout: 120_000 },
    async () => {
      await new RunStore(join(folder, 'run')).commit(checkpoint([0]));
      await exported();
      const out = join(folder, 'out', 'group-a');
      const random = new Random('z');
      const z = Array.from({ length: 3 * SETTINGS.zDim }, () => random.normal());
      await writeFile(
        join(out, 'check.py'),
        `import json, torch
from load_tessera import load
with torch.no_grad():
    labels = torch.tensor([0, 4, 9])
    images = load("generator")(torch.tensor(${JSON.stringify(z)}).reshape(3, ${SETTINGS.zDim}), labels)
    logits = load("discriminator")(images, labels)
print(json.dumps([images.permute(0, 2, 3, 1).flatten().tolist(), logits.flatten().tolist()]))
`,
      );
      const python = spawnSync(PYTHON ?? '', ['check.py'], { cwd: out, encoding: 'utf8' });
      expect(python.stderr).toBe('');
      const [images, logits] = JSON.parse(python.stdout) as [number[], number[]];

      const labels = tensor1d([0, 4, 9], 'int32');
      const [group] = sourcesOf(checkpoint([0]));
      if (!group) throw new Error('no group');
      const [generator, discriminator] = [SPEC.generator, SPEC.discriminator].map((network) => {
        const segment = new Segment(network, 1, network.blocks.length);
        segment.load(withoutKind(network, group.networks));
        return segment;
      });
      const drawn = generator?.infer(tensor(z, [3, SETTINGS.zDim]), labels);
      const judged = drawn && discriminator?.infer(drawn, labels);
      const difference = (a: readonly number[], b: ArrayLike<number>) =>
        Math.max(...a.map((value, i) => Math.abs(value - (b[i] ?? NaN))));
      expect(difference(images, (await drawn?.data()) ?? [])).toBeLessThan(1e-5);
      expect(difference(logits, (await judged?.data()) ?? [])).toBeLessThan(1e-4);
      const main = spawnSync(PYTHON ?? '', ['load_tessera.py'], { cwd: out, encoding: 'utf8' });
      expect(main.stdout).toContain('samples.ppm: 0, 1, 2');
      expect((await readFile(join(out, 'samples.ppm'))).subarray(0, 14).toString()).toBe('P6 280 28 255\n');
    },
  );
});
