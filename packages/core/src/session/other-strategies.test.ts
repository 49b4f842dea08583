import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { exchangeTensors, wholeCut } from '../architecture/index.ts';
import { bytesPerImage, drawnImages } from '../data/index.ts';
import { deviceParameters } from '../federate/index.ts';
import { useBackend } from '../nn/testing/backends.ts';
import { decodeFrame, decodeFrameHeader, decodeFrameTable, type Packet, runSpec } from '../protocol/index.ts';
import { Random } from '../random.ts';
import { strategyOf } from '../strategy/index.ts';
import type { NamedTensors } from '../tensors/index.ts';
import { RowSearch } from '../testing/index.ts';
import { isExchangeFrame, tap } from '../testing/tap.ts';
import { drainWork, stepsDone, World } from '../testing/world.ts';

beforeAll(() => useBackend('wasm'));

const LAST_EXCHANGE = { 'fed-gan': 1, 'md-gan': 2 } as const;

describe.each(['fed-gan', 'md-gan'] as const)('a live run of %s', (strategy) => {
  const few = { strategy, stepsPerRound: 2 } as const;

  test('LIVE-6: rounds commit, devices see samples, and when it has ended no tensor is left', async () => {
    const before = memory().numTensors;
    const { world, devices } = await World.started(['a', 'b'], { settings: { ...few, rounds: 2 } });
    await world.untilRounds(2);
    expect(stepsDone(world)).toEqual(['0/0', '0/1', '1/0', '1/1']);
    for (const { discriminatorReal, discriminatorFake, generator } of world.view.losses)
      for (const loss of [discriminatorReal, discriminatorFake, generator]) expect(loss).toBeGreaterThan(0);
    await world.until(() => devices.every(({ samples }) => samples.size === 2));
    for (const { samples } of devices) expect(samples.get(1)?.shape).toEqual([10, 28, 28, 1]);
    for (const { data } of world.run.loop.checkpoint().globalLayers.values())
      expect(data.every(Number.isFinite)).toBe(true);
    for (const device of devices) device.loop.leave();
    await world.run.close();
    await drainWork();
    expect(memory().numTensors).toBe(before);
  });

  test('LIVE-7: devices lost at any exchange leave the others to finish; one that joins late takes part in the next round', async () => {
    const world = await World.open({ settings: { ...few, stepsPerRound: 3, rounds: 2 } });
    await world.join('a');
    await world.join('b');
    const exchanges = LAST_EXCHANGE[strategy];
    const lost: number[] = [];
    for (let exchange = 1; exchange <= exchanges; exchange++) {
      const device = await world.join(`closed at ${exchange}`, {
        wrap: tap({
          sends: (heard) => {
            if (!isExchangeFrame(heard, exchange) || heard.header?.step !== exchange - 1) return heard.packet;
            lost.push(exchange);
            device.loop.leave();
            return undefined;
          },
        }),
      });
    }
    world.run.loop.command('start');
    await world.untilStep(1);
    const late = await world.join('late');
    await world.untilRounds(2);
    expect(lost).toEqual(Array.from({ length: exchanges }, (_, i) => i + 1));
    expect(world.logged('abandoned')).toEqual([]);
    expect(stepsDone(world)).toHaveLength(6);
    expect(late.status().stepsDone).toBe(3);
    expect(Object.keys(world.view.groups.at(-1)?.of ?? {})).toHaveLength(3);
  });

  test('LIVE-8: a coordinator that is killed goes on from its last commit, own layers and moments included', async () => {
    const { world, devices } = await World.started(['a', 'b'], { settings: { ...few, rounds: 2 } });
    await world.untilRounds(1);
    await world.untilStep(1);
    const committed = world.run.store.checkpoint;
    await world.run.restart();
    const { ownLayers, globalLayers, body } = world.run.loop.checkpoint();
    expect({ ownLayers, globalLayers, body }).toEqual({
      ownLayers: committed?.ownLayers,
      globalLayers: committed?.globalLayers,
      body: committed?.body,
    });
    expect(ownLayers.size).toBe(strategy === 'md-gan' ? 2 : 0);
    world.run.loop.command('start');
    await world.untilRounds(2);
    for (const { storage } of devices) {
      await world.until(() => storage.kept('small')?.moments?.steps.get('discriminator.block1') === 4);
      expect(new Set(storage.kept('small')?.moments?.steps.values())).toEqual(new Set([4]));
    }
  });

  test('LIVE-9: what goes up is what the strategy declares: no image, no labels, no other tensor', async () => {
    const sent: Packet[] = [];
    const world = await World.open({ settings: { ...few, rounds: 2, encoding: 'float32' } });
    await world.join('a', {
      wrap: tap({
        sends: ({ packet }) => {
          sent.push(packet);
          return packet;
        },
      }),
    });
    await world.join('b', { domain: 'marker' });
    world.run.loop.command('start');
    await world.untilRounds(2);

    const spec = runSpec(world.settings);
    const { schedule } = strategyOf(strategy);
    if (schedule === 'split') throw new Error('this test is for whole networks');
    const cut = wholeCut(spec, schedule);
    const search = new RowSearch();
    const { images, labels, shape } = drawnImages({ domain: 'pen', count: 64, random: new Random('a') });
    const size = bytesPerImage(shape);
    for (let i = 0; i < labels.length; i++)
      search.add({ what: `image ${i}`, kind: 'pixels', values: images.subarray(i * size, (i + 1) * size) });
    search.add({ what: 'labels', kind: 'plain', values: labels });
    // The search can fail: it finds an image where there is one.
    expect(search.find(Uint8Array.from(images.subarray(0, size)))).not.toEqual([]);

    const kinds = new Map<string, number>();
    for (const packet of sent) {
      if (packet.kind !== 'frame') continue;
      const { kind, exchange } = decodeFrameHeader(packet.bytes);
      const names = decodeFrameTable(packet.bytes).map(({ name }) => name);
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      expect(search.findInFrame(packet.bytes)).toEqual([]);
      if (kind === 'layers') expect(names).toEqual(deviceParameters(spec, cut).map(({ name }) => name));
      else if (kind === 'exchange')
        expect(names).toEqual(
          exchangeTensors(spec, cut, world.settings.batch, exchange as 1 | 2, 'up').map(({ name }) => name),
        );
      else expect({ kind, names }).toEqual({ kind: 'preview', names: [] });
    }
    expect(kinds.get('layers')).toBe(2);
    expect(kinds.get('exchange')).toBe(4 * LAST_EXCHANGE[strategy]);
    expect(kinds.get('preview') ?? 0).toBe(schedule === 'local' ? 0 : 2);
  });
});

test('LIVE-8: after a restart each device of MD-GAN goes on with the discriminator that it was given', async () => {
  const given = new Map<string, NamedTensors>();
  const world = await World.open({
    settings: { strategy: 'md-gan', stepsPerRound: 1, rounds: 2, minimumDevices: 3 },
  });
  const spec = runSpec(world.settings);
  const parameters = deviceParameters(spec, wholeCut(spec, 'judged'));
  for (const name of ['a', 'b', 'c'])
    await world.join(name, {
      wrap: tap({
        hears: ({ packet, header }) => {
          if (packet.kind === 'frame' && header?.kind === 'layers')
            given.set(name, decodeFrame(packet.bytes, parameters).tensors);
        },
      }),
    });
  world.run.loop.command('start');
  await world.untilRounds(1);
  const own = world.run.store.checkpoint?.ownLayers ?? new Map<string, NamedTensors>();
  const idOf = new Map(['a', 'b', 'c'].map((name) => [name, world.seen(name).id]));
  given.clear();
  await world.run.restart();
  world.run.loop.command('start');
  await world.untilRounds(2);
  expect(given.size).toBe(3);
  for (const [name, layers] of given) expect(layers).toEqual(own.get(idOf.get(name) ?? ''));
  const [first, second] = own.values();
  expect(first).not.toEqual(second);
});
