import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cganSpec, SHALLOWEST_CUT, type Cut } from '../architecture/index.ts';
import {
  coordinatorProfileSchema,
  cutSpace,
  deviceProfileSchema,
  exchangeBytes,
  ganCosts,
  measuredModel,
  movableBlocks,
  predictStep,
  type CoordinatorProfile,
  type DeviceProfile,
} from './index.ts';

const run = { spec: cganSpec({ width: 1 / 16 }), batch: 16, encoding: 'float16' } as const;
const DEEPEST: Cut = { gHead: 2, gTail: 2, dHead: 2, dTail: 2 };

/** Blocks whose times are powers of two, so that every sum says which blocks are in it. */
const device: DeviceProfile = {
  compute: {
    kind: 'measured',
    batch: 16,
    generator: {
      head: [
        { forward: 1, backward: 2 },
        { forward: 4, backward: 8 },
      ],
      tail: [
        { forward: 16, backward: 32 },
        { forward: 64, backward: 128 },
      ],
    },
    discriminator: {
      head: [
        { forward: 256, backward: 512 },
        { forward: 1024, backward: 2048 },
      ],
      tail: [
        { forward: 0.5, backward: 0.25 },
        { forward: 0.125, backward: 0.0625 },
      ],
    },
  },
  exchangeSeconds: 0,
  uplinkBytesPerSecond: 1e12,
  downlinkBytesPerSecond: 1e12,
  roundTripSeconds: 0,
};
const coordinator: CoordinatorProfile = {
  compute: {
    kind: 'measured',
    generator: [
      { forward: 1, backward: 2 },
      { forward: 4, backward: 8 },
      { forward: 16, backward: 32 },
    ],
    discriminator: [
      { forward: 64, backward: 128 },
      { forward: 256, backward: 512 },
      { forward: 1024, backward: 2048 },
    ],
  },
  exchangeSeconds: 0.5,
};

function expectEach(actual: readonly number[] | undefined, expected: readonly number[]) {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, index) => expect(actual?.[index]).toBeCloseTo(value, 4));
}

describe('profiles', () => {
  test('COST-7: what a device and a coordinator measured passes as it is', () => {
    expect(deviceProfileSchema.parse(device)).toEqual(device);
    expect(coordinatorProfileSchema.parse(coordinator)).toEqual(coordinator);
    const speed = { ...device, compute: { kind: 'speed', gigaflopsPerSecond: 48 } };
    expect(deviceProfileSchema.parse(speed)).toEqual(speed);
  });

  test.each([
    [{ ...device, uplinkBytesPerSecond: 0 }],
    [{ ...device, uplinkBytesPerSecond: Infinity }],
    [{ ...device, roundTripSeconds: NaN }],
    [{ ...device, roundTripSeconds: -1 }],
    [{ ...device, exchangeSeconds: 3601 }],
    [{ ...device, owner: 'x' }],
    [{ ...device, compute: { kind: 'speed', gigaflopsPerSecond: 0 } }],
    [{ ...device, compute: { ...device.compute, batch: 0 } }],
    [{ ...device, compute: { ...device.compute, generator: { head: [], tail: [] } } }],
  ])('COST-7: a profile with a value out of bounds or an unknown field is refused (%#)', (profile) => {
    expect(deviceProfileSchema.safeParse(profile).success).toBe(false);
  });

  test('COST-7: a speed check times the blocks beside the one that always stays away, outermost first', () => {
    expect(movableBlocks(cganSpec().generator)).toEqual({ head: [1, 2], tail: [5, 4] });
    expect(movableBlocks(cganSpec({ blocks: 6 }).discriminator)).toEqual({ head: [1, 2], tail: [6, 5, 4] });
  });
});

describe('the measured cost of a step', () => {
  const model = measuredModel(coordinator, run);

  test('COST-8: a device computes in each exchange the passes of its own blocks', () => {
    expectEach(model.device(device)(SHALLOWEST_CUT), [
      1 + 256,
      16 + 256 + 0.5 + 0.25,
      512 + 0.5 + 0.25,
      512 + 256,
      0.5 + 0.25 / 2,
      512 / 2 + 32 + 2,
    ]);
    expectEach(model.device(device)(DEEPEST), [
      5 + 1280,
      80 + 1280 + 0.625 + 0.3125,
      2560 + 0.625 + 0.3125,
      2560 + 1280,
      0.625 + 0.3125 / 2,
      2560 / 2 + 160 + 10,
    ]);
  });

  test('COST-8: times measured at another batch are scaled to the run', () => {
    const half = measuredModel(coordinator, { ...run, batch: 8 });
    const whole = model.device(device)(DEEPEST);
    expectEach(
      half.device(device)(DEEPEST),
      whole.map((seconds) => seconds / 2),
    );
  });

  test('COST-8: link, round trip and fixed cost count once an exchange', () => {
    const slow = {
      ...device,
      uplinkBytesPerSecond: 1000,
      downlinkBytesPerSecond: 500,
      roundTripSeconds: 3,
      exchangeSeconds: 4,
    };
    const bytes = exchangeBytes(run, DEEPEST);
    const compute = model.device(device)(DEEPEST);
    expectEach(
      model.device(slow)(DEEPEST),
      bytes.map(({ up, down }, index) => (compute[index] ?? NaN) + 7 + up / 1000 + down / 500),
    );
  });

  test('COST-9: the coordinator computes the rows of the blocks that a device lacks', () => {
    expectEach(
      model.bodySeconds(SHALLOWEST_CUT).map((seconds) => seconds / 16),
      [21 + 1344, 1344 + 2688 / 2, 2688 / 2, 1344, 2688 / 2, 42 / 2],
    );
    expectEach(
      model.bodySecondsAfterwards(SHALLOWEST_CUT).map((seconds) => seconds / 16),
      [0, 2688 / 2, 2688 / 2, 0, 0, 42 / 2],
    );
    expectEach(
      model.bodySeconds({ gHead: 2, gTail: 1, dHead: 1, dTail: 2 }).map((seconds) => seconds / 16),
      [20 + 320, 320 + 640 / 2, 640 / 2, 320, 640 / 2, 40 / 2],
    );
  });

  test('COST-9: without measurements blocks are timed by their operations', () => {
    const fast = { ...device, compute: { kind: 'speed' as const, gigaflopsPerSecond: 2 } };
    const { generator, discriminator } = ganCosts(run.spec, run.batch);
    const forward = (generator[0]?.forwardGigaflops ?? NaN) + (discriminator[0]?.forwardGigaflops ?? NaN);
    expect(model.device(fast)(SHALLOWEST_CUT)[0]).toBeCloseTo(forward / 2, 6);
    const server = measuredModel({ compute: fast.compute, exchangeSeconds: 0 }, run);
    expect(server.bodySeconds(DEEPEST)[5]).toBeCloseTo((generator[2]?.backwardGigaflops ?? NaN) / 4, 12);
  });

  test('COST-10: an exchange is a barrier, then the coordinator; the shared link counts where it is slower', () => {
    const slower = { ...device, roundTripSeconds: 10 };
    const devices = [
      { id: 'a', profile: device, cut: DEEPEST },
      { id: 'b', profile: slower, cut: SHALLOWEST_CUT },
    ];
    const { exchanges, seconds, deviceSeconds } = predictStep(model, devices);
    expect(exchanges.map(({ slowestDevice }) => slowestDevice)).toEqual(['a', 'a', 'a', 'a', 'b', 'a']);
    expect(exchanges[4]?.slowestDeviceSeconds).toBeCloseTo(10.625, 4);
    expect(exchanges[4]?.coordinatorSeconds).toBeCloseTo(16 * (1344 + 512 / 2) + 0.5, 6);
    expect(exchanges[4]?.sharedLinkSeconds).toBe(0);
    expect(seconds).toBeCloseTo(
      exchanges.reduce(
        (sum, e) => sum + Math.max(e.slowestDeviceSeconds, e.leftOverSeconds) + e.coordinatorSeconds,
        0,
      ),
      6,
    );
    // Exchanges 1, 3 and 4 begin with what the answers before them did not need.
    const afterwards = devices.map(({ cut }) => model.bodySecondsAfterwards(cut));
    const left = (exchange: number) => afterwards.reduce((sum, row) => sum + (row[exchange - 1] ?? NaN), 0);
    expectEach(
      exchanges.map(({ leftOverSeconds }) => leftOverSeconds),
      [left(6), 0, left(2), left(3), 0, 0],
    );
    expect(exchanges[2]?.seconds).toBeGreaterThan((exchanges[2]?.coordinatorSeconds ?? NaN) + left(2) - 1e-9);
    const alone = model
      .device(slower)(SHALLOWEST_CUT)
      .reduce((sum, value) => sum + value, 0);
    expect(deviceSeconds.get('b')).toBeCloseTo(alone, 6);

    const shared = predictStep(measuredModel(coordinator, { ...run, linkBytesPerSecond: 1 }), devices);
    for (const [
      index,
      { sharedLinkSeconds, seconds: whole, leftOverSeconds, coordinatorSeconds },
    ] of shared.exchanges.entries()) {
      const bytes = devices.map(({ cut }) => exchangeBytes(run, cut)[index] ?? { up: NaN, down: NaN });
      expect(sharedLinkSeconds).toBe(bytes.reduce((sum, { up, down }) => sum + up + down, 0));
      expect(whole).toBeCloseTo(Math.max(sharedLinkSeconds, leftOverSeconds) + coordinatorSeconds, 3);
    }
  });

  test('COST-10: a step never gets faster by a slower device, link or round trip', () => {
    const factor = fc.double({ min: 1, max: 20, noNaN: true });
    const space = cutSpace(run.spec);
    fc.assert(
      fc.property(factor, factor, fc.nat(15), fc.nat(15), (link, latency, first, second) => {
        const cut = (index: number) => space.cuts[index] ?? SHALLOWEST_CUT;
        const step = (profile: DeviceProfile) =>
          predictStep(model, [
            { id: 'a', profile, cut: cut(first) },
            { id: 'b', profile: device, cut: cut(second) },
          ]).seconds;
        const worse = {
          ...device,
          uplinkBytesPerSecond: device.uplinkBytesPerSecond / link,
          roundTripSeconds: latency - 1,
        };
        expect(step(worse)).toBeGreaterThanOrEqual(step(device) - 1e-9);
      }),
    );
  });

  test('COST-10: a profile that was measured for other networks is refused', () => {
    const other = { ...run, spec: cganSpec({ width: 1 / 16, blocks: 7 }) };
    expect(() => measuredModel(coordinator, other)).toThrow('measure again for this run');
    const server = measuredModel(
      { ...coordinator, compute: { kind: 'speed', gigaflopsPerSecond: 1 } },
      other,
    );
    expect(() => server.device(device)).toThrow('2 blocks at the generator');
  });
});
