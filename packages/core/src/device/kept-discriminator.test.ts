import { beforeAll, describe, expect, test } from 'vitest';
import { wholeCut } from '../architecture/index.ts';
import { deviceParameters } from '../federate/index.ts';
import { useBackend } from '../nn/testing/backends.ts';
import { runSettingsSchema, runSpec } from '../protocol/index.ts';
import { MemoryDeviceStorage } from '../simulation/memory-device-storage.ts';
import type { NamedTensors } from '../tensors/index.ts';
import type { Welcome } from './coordinator-link.ts';
import { keptDiscriminator } from './kept-discriminator.ts';
import { Membership } from './membership.ts';

beforeAll(() => useBackend('wasm'));

const settings = runSettingsSchema.parse({
  id: 'run',
  title: 'Run',
  classes: ['x', 'y'],
  strategy: 'fr-sync',
  width: 1 / 16,
  zDim: 2,
});
const spec = runSpec(settings);
const cut = wholeCut(spec, 'judged');
const layers: NamedTensors = new Map(
  deviceParameters(spec, cut).map(({ name, shape }) => [
    name,
    { shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(0.25) },
  ]),
);
const moments = { steps: new Map([['discriminator.block1', 3]]), moments: new Map() };

function welcome(changes: Partial<Welcome> = {}): Welcome {
  const token = 'A'.repeat(43);
  return { type: 'welcome', protocol: 1, run: 1, deviceId: 'd', token, settings, resumed: false, ...changes };
}

describe('a discriminator that stays with its device', () => {
  test('TIER-9: it goes on although the edge has committed less or more, and at an edge that does not know it', async () => {
    const storage = new MemoryDeviceStorage();
    const before = new Membership('run', storage, () => undefined);
    before.welcome(welcome());
    before.committed(welcome(), 4, { layers, moments });
    const after = new Membership('run', storage, () => undefined);
    await after.load();
    expect(after.welcome(welcome({ resumed: false }))).toEqual({ layers, moments });
    after.forget();
    expect(after.resume).toBeUndefined();
    expect(after.welcome(welcome({ token: 'B'.repeat(43) }))).toEqual({ layers, moments });
    expect(storage.kept('run')?.layers).toEqual(layers);
  });

  test('TIER-9: what belongs to an average is dropped with its commit, as ever', () => {
    const storage = new MemoryDeviceStorage();
    const mdGan = { ...settings, strategy: 'md-gan' as const };
    const membership = new Membership('run', storage, () => undefined);
    membership.committed(welcome({ settings: mdGan }), 4, { layers, moments });
    expect(membership.welcome(welcome({ settings: mdGan }))).toEqual({});
    membership.committed(welcome({ settings: mdGan }), 4, { layers, moments });
    membership.forget();
    expect(membership.welcome(welcome({ settings: mdGan }))).toEqual({});
  });

  test('TIER-9: a new device begins with the weights that follow from the seed; those of other networks are no use', () => {
    const [one, same, other] = [1, 1, 2].map((seed) => keptDiscriminator({}, { spec, cut, seed }));
    expect(one).toEqual(same);
    expect(one).not.toEqual(other);
    expect(keptDiscriminator({ layers, moments }, { spec, cut, seed: 1 })).toEqual({ layers, moments });
    const wider = runSpec({ ...settings, width: 1 / 8 });
    const found = keptDiscriminator({ layers, moments }, { spec: wider, cut, seed: 1 });
    expect(found.layers).not.toEqual(layers);
    expect(found.moments.steps.size).toBe(0);
  });
});
