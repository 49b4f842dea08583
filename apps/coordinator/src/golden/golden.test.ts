import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PlainTensor } from '@tessera/core/tensors';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../cli/index.ts';
import { goldenCommand } from '../commands/golden.ts';
import { startEngine } from '../engine/index.ts';
import { recordingIo } from '../testing/recording-io.ts';
import type { Comparison } from './compare.ts';
import { ownReference, writeReference, type OwnReference } from './testing/own-reference.ts';

/** In the order of the moments. */
const ONE_OF_EACH = [
  { group: 'weights', name: 'after-step0/client0/gTail/deconv.0.weight', bound: 1e-3 },
  { group: 'bias before batch norm', name: 'after-step1/client2/dTail/extra.0.0.bias', bound: 8e-4 },
  { group: 'running_var', name: 'after-fedavg/server/dBody/extra.1.1.running_var', bound: 2e-5 },
  { group: 'running_mean', name: 'after-step2/client1/gHead/fc.1.running_mean', bound: 1e-3 },
];

let folder: string;
let own: OwnReference;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tessera-golden-'));
  await startEngine({ engine: 'wasm', env: process.env });
  own = await ownReference();
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe('tessera golden', () => {
  test('GOLD-2: a reference that the same code wrote is met exactly at every moment, and the exit code is 0', async () => {
    const { exitCode, comparisons } = await golden(own);
    expect(exitCode).toBe(0);
    expect(comparisons.map(({ moment, group }) => `${moment}: ${group}`)).toEqual([
      ...[0, 1].flatMap((step) => [`after-step${step}: losses`, ...valueGroups(`after-step${step}`)]),
      ...valueGroups('after-fedavg'),
      'after-step2: losses',
      ...valueGroups('after-step2'),
      ...valueGroups('after-clustered'),
      'after-clustered: KLD scores',
      'after-clustered: clusters',
    ]);
    for (const { largest, passed } of comparisons) {
      expect(largest).toBeLessThan(1e-15);
      expect(passed).toBe(true);
    }
  });

  test('GOLD-3: every group is judged apart, by its own bound', async () => {
    expect((await golden(shifted(ONE_OF_EACH, 0.9))).exitCode).toBe(0);
    const { exitCode, comparisons } = await golden(shifted(ONE_OF_EACH, 1.1));
    expect(exitCode).toBe(1);
    const out = comparisons.filter(({ passed }) => !passed);
    expect(out.map(({ group, moment }) => [group, moment])).toEqual(
      ONE_OF_EACH.map(({ group, name }) => [group, name.split('/')[0]]),
    );
    for (const [i, { bound }] of ONE_OF_EACH.entries()) expect(out[i]?.largest).toBeCloseTo(1.1 * bound, 6);
  });

  test('GOLD-3: of the weights 99.5 % must be within 2e-5', async () => {
    const all = { name: 'after-step1/client0/dHead/label_embedding.weight', bound: 2e-5 };
    const { exitCode, comparisons } = await golden(shifted([all], 1.5, Infinity));
    expect(exitCode).toBe(1);
    const [out, ...others] = comparisons.filter(({ passed }) => !passed);
    expect(others).toEqual([]);
    expect(out).toMatchObject({ moment: 'after-step1', group: 'weights' });
    expect(out?.largest).toBeLessThan(out?.bound ?? NaN);
    expect(out?.close).toBeLessThan(0.995);
  });

  test('GOLD-3: losses, KLD scores and clusters that differ are found', async () => {
    const json = structuredClone(own.json);
    const second = json.losses[1];
    if (second) second.dFake += 3e-5;
    json.globalKld['1'] += 2e-6;
    json.clusters['0'] = 1 - json.clusters['0'];
    const { exitCode, comparisons } = await golden({ ...own, json });
    expect(exitCode).toBe(1);
    expect(comparisons.filter(({ passed }) => !passed).map(({ moment, group }) => [moment, group])).toEqual([
      ['after-step1', 'losses'],
      ['after-clustered', 'KLD scores'],
      ['after-clustered', 'clusters'],
    ]);
  });

  test('GOLD-4: the table names every group and the engine', async () => {
    await writeReference(join(folder, 'table'), own);
    const { io, out, err } = recordingIo(folder);
    expect(await runCli([goldenCommand], ['golden', 'table', '--engine', 'wasm'], io)).toBe(0);
    expect(err.join()).toContain('WebAssembly');
    const text = out.join('\n');
    for (const word of [
      'moment',
      'losses',
      'running_var',
      'bias before batch norm',
      'KLD scores',
      'clusters',
    ])
      expect(text).toContain(word);
    expect(text).toContain('Every group is within its bound.');
  });
});

describe('reference files that cannot be replayed', () => {
  test('GOLD-5: missing files and JSON that is none are refused by path', async () => {
    expect(await refusal('nowhere')).toContain(`${join(folder, 'nowhere.json')} cannot be read`);
    await writeReference(join(folder, 'broken'), own);
    await writeFile(join(folder, 'broken.json'), '{');
    expect(await refusal('broken')).toContain('broken.json cannot be replayed');
    await writeReference(join(folder, 'broken'), own);
    await writeFile(join(folder, 'broken.safetensors'), 'short');
    expect(await refusal('broken')).toContain('broken.safetensors cannot be replayed');
  });

  test.each<[string, (json: Record<string, unknown>) => void]>([
    ['losses must have one entry a step', (json) => (json.steps = 4)],
    ['cuts and sizes must have one entry a device', (json) => (json.sizes = [1])],
    [
      'channels 16, 8, 8 are none of the widths',
      (json) => (json.channels = { wide: 16, middle: 8, small: 8 }),
    ],
    ['there is no KLD score for device 1', (json) => (json.kld = { '0': 0, '2': 0 })],
    ['Unrecognized key', (json) => (json.extra = 1)],
    ['batchNorm', (json) => (json.batchNorm = { eps: 1e-3, momentum: 0.1 })],
  ])('GOLD-5: settings are checked: %s', async (message, change) => {
    const json: Record<string, unknown> = structuredClone(own.json);
    change(json);
    await writeReference(join(folder, 'settings'), own);
    await writeFile(join(folder, 'settings.json'), JSON.stringify(json));
    expect(await refusal('settings')).toContain(message);
  });

  test.each<[string, (tensors: Map<string, PlainTensor>) => unknown]>([
    [
      'no tensor is named "after-step2/server/gBody/extra.1.0.bias"',
      (all) => all.delete('after-step2/server/gBody/extra.1.0.bias'),
    ],
    [
      '"input/step0/client1/z" is [1] but must be [3, 4]',
      (all) => all.set('input/step0/client1/z', plain(0)),
    ],
    [
      '"input/step1/client2/labels" holds a label that is none of the 3 classes',
      (all) => all.set('input/step1/client2/labels', plain(0, 3, 1)),
    ],
    [
      '"generator.block5.conv.bias" is [2] where [1] belongs',
      (all) => all.set('initial/client0/gTail/deconv.0.bias', plain(0, 0)),
    ],
  ])('GOLD-5: tensors are checked: %s', async (message, change) => {
    const tensors = new Map(own.tensors);
    change(tensors);
    await writeReference(join(folder, 'tensors'), { ...own, tensors });
    expect(await refusal('tensors')).toContain(message);
  });
});

/** Replays a reference and reads what `--json` prints. */
async function golden(reference: OwnReference): Promise<{ exitCode: number; comparisons: Comparison[] }> {
  await writeReference(join(folder, 'own'), reference);
  const { io, out } = recordingIo(folder);
  const exitCode = await runCli([goldenCommand], ['golden', 'own', '--engine', 'wasm', '--json'], io);
  const printed = JSON.parse(out.join('\n')) as { passed: boolean; comparisons: Comparison[] }; // what the command prints
  expect(printed.passed).toBe(exitCode === 0);
  return { exitCode, comparisons: printed.comparisons };
}

async function refusal(prefix: string): Promise<string> {
  const { io, err } = recordingIo(folder);
  expect(await runCli([goldenCommand], ['golden', prefix, '--engine', 'wasm'], io)).toBe(1);
  return err.join('\n');
}

/** The reference with values moved by a multiple of their bound: the first of each tensor, or the first `count`. */
function shifted(
  shifts: readonly { name: string; bound: number }[],
  factor: number,
  count = 1,
): OwnReference {
  const tensors = new Map(own.tensors);
  for (const { name, bound } of shifts) {
    const { shape, data } = tensors.get(name) ?? plain();
    tensors.set(name, {
      shape,
      data: data.map((value, i) => (i < count ? value + factor * bound : value)),
    });
  }
  return { ...own, tensors };
}

function plain(...values: number[]): PlainTensor {
  return { shape: [values.length], data: Float32Array.from(values) };
}

function valueGroups(moment: string): string[] {
  return ['weights', 'running_var', 'running_mean', 'bias before batch norm'].map(
    (group) => `${moment}: ${group}`,
  );
}
