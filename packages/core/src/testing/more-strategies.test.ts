import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../nn/testing/backends.ts';
import type { RunSettings } from '../protocol/index.ts';
import { decodeFrame, encodeFrame } from '../protocol/index.ts';
import { strategyOf, syntheticTensors } from '../strategy/index.ts';
import type { PlainTensor } from '../tensors/index.ts';
import { tap } from './tap.ts';
import { drainWork, World } from './world.ts';

beforeAll(() => useBackend('wasm'));

const FOUR = { stepsPerRound: 2, rounds: 2, warmUpRounds: 0, minimumDevices: 4 } as const;

/** Four devices of two domains, ready to start. */
async function fourDevices(settings: Partial<RunSettings>) {
  const world = await World.open({ settings: { ...FOUR, ...settings } });
  const devices = [];
  for (const name of ['a', 'b', 'c', 'd'])
    devices.push(await world.join(name, { domain: name < 'c' ? 'pen' : 'marker' }));
  world.run.loop.command('start');
  return { world, devices };
}

describe('HFL-GAN in a run', () => {
  test('HFL-9: two rounds commit, every device draws its own pictures, and no tensor is left', async () => {
    const before = memory().numTensors;
    const { world, devices } = await fourDevices({ strategy: 'hfl-gan' });
    await world.untilRounds(2);
    const { losses, clusterLayers, body } = world.run.loop.checkpoint();
    expect(losses).toHaveLength(4);
    for (const point of losses)
      for (const loss of Object.values(point)) expect(loss).toSatisfy(Number.isFinite);
    expect(body.values.size).toBe(0);
    for (const layers of clusterLayers.values())
      expect([...layers.keys()].some((name) => name.startsWith('generator2.'))).toBe(true);
    for (const { samples } of devices) expect(samples.get(1)?.shape).toEqual([10, 28, 28, 1]);
    for (const { loop } of devices) loop.leave();
    await world.run.close();
    await drainWork();
    expect(memory().numTensors).toBe(before);
  });
});

describe('PFL-GAN in a run', () => {
  const synthetic = strategyOf('pfl-gan').synthetic;
  if (!synthetic) throw new Error('PFL-GAN shares images');

  test('PFL-6: from the second round on devices are given images before their layers, the same after a restart', async () => {
    const before = memory().numTensors;
    const order: string[] = [];
    const images = new Map<string, PlainTensor[]>();
    const world = await World.open({ settings: { ...FOUR, rounds: 3, strategy: 'pfl-gan' } });
    const { spec } = world.run.loop;
    const hearing = (name: string) =>
      tap({
        hears: ({ packet, header }) => {
          if (packet.kind !== 'frame' || !header) return;
          order.push(`${name} ${header.kind} ${header.round}`);
          if (header.kind !== 'synthetic') return;
          const given = decodeFrame(packet.bytes, syntheticTensors(synthetic, spec)).tensors.get('images');
          const key = `${name} ${header.round}`;
          if (given) images.set(key, [...(images.get(key) ?? []), given]);
        },
      });
    const devices = [];
    for (const name of ['a', 'b', 'c', 'd'])
      devices.push(await world.join(name, { domain: name < 'c' ? 'pen' : 'marker', wrap: hearing(name) }));
    world.run.loop.command('start');
    await world.untilRounds(1);
    await world.untilStep(0);
    const first = images.get('a 1') ?? [];
    await world.run.restart();
    world.run.loop.command('start');
    await world.untilRounds(3);
    for (const name of ['a', 'b', 'c', 'd']) {
      const own = order.filter((entry) => entry.startsWith(name) && entry.endsWith(' 1'));
      expect(order.filter((entry) => entry === `${name} synthetic 0`)).toEqual([]);
      expect(own.filter((entry) => !entry.includes('exchange')).slice(0, 2)).toEqual([
        `${name} synthetic 1`,
        `${name} layers 1`,
      ]);
      for (const one of images.get(`${name} 1`) ?? []) expect(one).toEqual(images.get(`${name} 1`)?.[0]);
    }
    expect(first.length).toBeGreaterThan(0);
    expect((images.get('a 1') ?? []).length).toBeGreaterThan(first.length);
    expect(images.get('a 1')?.[0]).not.toEqual(images.get('b 1')?.[0]);
    expect(first[0]?.data.every((value) => value >= -1 && value <= 1)).toBe(true);
    expect(world.logged('handout-failed')).toEqual([]);
    for (const { loop } of devices) loop.leave();
    await world.run.close();
    await drainWork();
    expect(memory().numTensors).toBe(before);
  });

  test('PFL-7: a device that hands out images itself is refused', async () => {
    const world = await World.open({ settings: { ...FOUR, minimumDevices: 2, strategy: 'pfl-gan' } });
    const [tensor] = syntheticTensors(synthetic, world.run.loop.spec);
    const data = new Float32Array(tensor.shape.reduce((size, side) => size * side, 1));
    const tensors = new Map([[tensor.name, { shape: tensor.shape, data }]]);
    await world.join('a');
    await world.join('b');
    const sharing = await world.join('sharing', {
      wrap: tap({
        sends: ({ packet, header }) =>
          header?.kind === 'exchange'
            ? { kind: 'frame', bytes: encodeFrame({ header: { ...header, kind: 'synthetic' }, tensors }) }
            : packet,
      }),
    });
    world.run.loop.command('start');
    await world.until(() => world.logged('refused').length > 0);
    expect(world.logged('refused')[0]?.fields.code).toBe('bad-message');
    await world.untilRounds(1);
    sharing.loop.leave();
    await world.run.close();
  });
});
