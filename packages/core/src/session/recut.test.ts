import { beforeAll, describe, expect, test } from 'vitest';
import { cganSpec, type Cut, SHALLOWEST_CUT } from '../architecture/index.ts';
import type { VirtualClock } from '../clock.ts';
import { cutCode, type DeviceProfile, measuredModel } from '../cut/index.ts';
import type { DevicePace } from '../device/index.ts';
import { bodyParameters, deviceParameters, ganParameters, pickTensors } from '../federate/index.ts';
import { useBackend } from '../nn/testing/backends.ts';
import { decodeFrame, runSpec, type RunSettings } from '../protocol/index.ts';
import type { Slowness } from '../simulation/index.ts';
import { strategyOf } from '../strategy/index.ts';
import type { NamedTensors, OptimiserState } from '../tensors/index.ts';
import type { MemoryDevice } from '../testing/index.ts';
import { tap } from '../testing/tap.ts';
import { World } from '../testing/world.ts';
import { layersFor } from './run-weights.ts';

beforeAll(() => useBackend('wasm'));

const BODY = { compute: { kind: 'speed', gigaflopsPerSecond: 0.04 }, exchangeSeconds: 0.005 } as const;
/** So slow that a tick of the clock is nothing beside a step, and so that holding blocks pays. */
const PROFILE: DeviceProfile = {
  compute: { kind: 'speed', gigaflopsPerSecond: 0.1 },
  exchangeSeconds: 0,
  uplinkBytesPerSecond: 2e5,
  downlinkBytesPerSecond: 2e5,
  roundTripSeconds: 0.05,
};

/** Slow steps are many ticks of the clock. */
const LONG_MS = 120_000;

/** Three alike devices, c of which may slow down; layers are what each device was last given. */
async function threeDevices(settings: Partial<RunSettings> = {}) {
  const slowness: Slowness = { factor: 1 };
  const given = new Map<string, NamedTensors>();
  const world = await World.open({
    settings: { stepsPerRound: 3, rounds: 5, warmUpRounds: 9, cuts: 'exact', ...settings },
    body: (real) => new Proxy(real, { get: (body, name) => profiled(body, name) }),
  });
  const devices = new Map<string, MemoryDevice>();
  for (const name of ['a', 'b', 'c']) {
    const device = await world.join(name, {
      profile: PROFILE,
      pace: paceOf(world, name === 'c' ? slowness : { factor: 1 }),
      wrap: tap({
        hears: ({ packet, header }) => {
          const { cut } = world.seen(name);
          if (header?.kind !== 'layers' || packet.kind !== 'frame' || !cut) return;
          given.set(name, decodeFrame(packet.bytes, deviceParameters(world.run.loop.spec, cut)).tensors);
        },
      }),
    });
    devices.set(name, device);
  }
  /** What the device keeps once it has heard of the round's commit. */
  const kept = async (name: string, round: number) => {
    const memory = () => devices.get(name)?.storage.kept('small');
    await world.until(() => memory()?.committedRound === round);
    return memory();
  };
  const cuts = () => ['a', 'b', 'c'].map((name) => cutCode(world.seen(name).cut ?? SHALLOWEST_CUT));
  return { world, slowness, given, kept, cuts };
}

function profiled(body: object, name: string | symbol): unknown {
  if (name === 'profile') return () => Promise.resolve(BODY);
  const value: unknown = Reflect.get(body, name);
  return typeof value === 'function' ? (value.bind(body) as unknown) : value;
}

function paceOf({ clock, settings }: World, slowness: Slowness): DevicePace {
  const { batch, encoding } = settings;
  const seconds = measuredModel(BODY, { spec: runSpec(settings), batch, encoding }).deviceCompute(PROFILE);
  return async (work, compute) => {
    const result = await compute();
    if (work.kind === 'exchange')
      await pause(clock, 1000 * slowness.factor * (seconds(work.cut)[work.exchange - 1] ?? NaN));
    return result;
  };
}

function pause(clock: VirtualClock, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(milliseconds, resolve);
  });
}

/** Steps that the optimiser has made for a block. */
function stepsOf(state: OptimiserState | undefined, block: string): number | undefined {
  return state?.steps.get(block);
}

describe('cuts that move in the middle of a run', () => {
  test(
    'RECUT-7: a device that slows to a tenth gets a smaller cut next round; weights go on bit for bit, moments do not cross',
    async () => {
      const { world, slowness, given, kept, cuts } = await threeDevices();
      world.run.loop.command('start');
      await world.untilRounds(1);
      expect(cuts()).toEqual(['1110', '1110', '1110']);
      slowness.factor = 10;
      await world.untilRounds(2);
      expect(world.logged('missed')).toEqual([]);
      await world.until(() => world.view.phase === 'training' && world.view.round === 2);
      expect(cuts()).toEqual(['1111', '1111', '0000']);
      const [recut, ...more] = world.logged('re-cut');
      expect(more).toEqual([]);
      expect(recut?.fields).toMatchObject({
        round: 2,
        devices: 'device-00001 1110 > 1111, device-00002 1110 > 1111, device-00003 1110 > 0000',
      });
      expect(world.view.warnings.map(({ code }) => code)).toContain('re-cut');

      // Taken: discriminator.block4, from the body as federated. Given up: the body has what was federated of it.
      const { spec } = world.run.loop;
      const { body, globalLayers } = world.run.loop.checkpoint();
      expect(body.values).toEqual(pickTensors(globalLayers, bodyParameters(spec)));
      for (const name of ['a', 'b']) {
        const taken = [...(given.get(name) ?? [])].filter(([tensor]) => body.values.has(tensor));
        expect(taken.map(([tensor]) => tensor)).toContain('discriminator.block4.conv.weight');
        for (const [tensor, value] of taken) expect(value).toEqual(body.values.get(tensor));
      }
      expect([...(given.get('c')?.keys() ?? [])].filter((tensor) => body.values.has(tensor))).toEqual([]);
      expect((await world.run.body.state()).values).toEqual(body.values);
      expect((await world.run.body.state()).moments).toEqual(body.moments);

      await world.untilRounds(3);
      const ofBody = world.run.loop.checkpoint().body.moments;
      // Three steps a round. Nobody's rows had passed the body's generator.block2 before c gave it up.
      expect(stepsOf(body.moments, 'generator.block2') ?? 0).toBe(0);
      expect(stepsOf(ofBody, 'generator.block2')).toBe(3);
      expect(stepsOf(ofBody, 'discriminator.block4')).toBe(9);
      const a = (await kept('a', 2))?.moments;
      expect(stepsOf(a, 'discriminator.block4')).toBe(3);
      expect(stepsOf(a, 'discriminator.block2')).toBe(9);
      const c = (await kept('c', 2))?.moments;
      expect(stepsOf(c, 'discriminator.block1')).toBe(9);
      expect(stepsOf(c, 'discriminator.block2')).toBeUndefined();
    },
    LONG_MS,
  );

  test.each([
    [0.1, 3],
    [0, 6],
  ])(
    'RECUT-10: a device that slows so far that it misses its deadlines gets the shallowest cut; with a wanted gain of %s it then misses %i steps in all',
    async (recutGain, misses) => {
      const { world, slowness, cuts } = await threeDevices({ recutGain, stepsPerRound: 4, rounds: 8 });
      world.run.loop.command('start');
      await world.untilRounds(1);
      slowness.factor = 40;
      await world.untilRounds(2);
      expect(world.logged('missed').map(({ fields }) => [fields.device, fields.round])).toEqual(
        [0, 1, 2].map(() => ['device-00003', 1]),
      );
      // It first ends what it was computing, and is not there when the next round begins.
      await world.until(() => world.seen('c').standing === 'training' && cuts()[2] === '0000');
      const { round } = world.view;
      await world.until(() => world.view.phase === 'training' && world.view.round === round + 2);
      expect(world.logged('missed')).toHaveLength(misses);
    },
    LONG_MS,
  );

  test('RECUT-8: a block that a device takes is that of the body, one that it held that of its cluster', () => {
    const spec = cganSpec({ width: 1 / 16, zDim: 8, classes: 10 });
    const filled = (value: number): NamedTensors =>
      new Map(
        ganParameters(spec).map(({ name, shape }) => [
          name,
          { shape, data: new Float32Array(shape.reduce((product, side) => product * side, 1)).fill(value) },
        ]),
      );
    const weights = {
      body: {
        values: pickTensors(filled(1), bodyParameters(spec)),
        moments: { steps: new Map<string, number>(), moments: filled(0) },
      },
      clusterLayers: new Map([[4, filled(2)]]),
      globalLayers: filled(3),
      ownLayers: new Map<string, NamedTensors>(),
      globalVersion: 0,
    };
    const blocks = (held: Cut | undefined, cut: Cut) => {
      const layers = layersFor(
        weights,
        { spec, strategy: strategyOf('huscf-gan') },
        { id: 'a', cluster: 4, cut, held },
      );
      expect([...layers.keys()]).toEqual(deviceParameters(spec, cut).map(({ name }) => name));
      return Object.fromEntries(
        [...layers].map(([name, { data }]) => [name.split('.').slice(0, 2).join('.'), data[0]]),
      );
    };
    const deep = { gHead: 2, gTail: 1, dHead: 1, dTail: 2 };
    expect(blocks(SHALLOWEST_CUT, deep)).toEqual({
      'generator.block1': 2,
      'generator.block2': 1,
      'generator.block5': 2,
      'discriminator.block1': 2,
      'discriminator.block4': 1,
      'discriminator.block5': 2,
    });
    expect(new Set(Object.values(blocks(deep, deep)))).toEqual(new Set([2]));
    expect(new Set(Object.values(blocks(deep, SHALLOWEST_CUT)))).toEqual(new Set([2]));
    expect(new Set(Object.values(blocks(undefined, deep)))).toEqual(new Set([2]));
  });
});
