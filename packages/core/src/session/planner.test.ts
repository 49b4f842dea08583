import { beforeEach, describe, expect, test } from 'vitest';
import { type Cut, SHALLOWEST_CUT } from '../architecture/index.ts';
import { VirtualClock } from '../clock.ts';
import { cutCode, type CoordinatorProfile, type DeviceProfile, deviceStepSeconds } from '../cut/index.ts';
import { runSpec, type RunSettings } from '../protocol/index.ts';
import { smallRun } from '../testing/index.ts';
import type { Connection } from '../protocol/index.ts';
import { DeviceLink } from './device-link.ts';
import { JUDGED_DEVICE_STEPS } from './limits.ts';
import { Planner } from './planner.ts';

const BODY: CoordinatorProfile = {
  compute: { kind: 'speed', gigaflopsPerSecond: 0.2 },
  exchangeSeconds: 0.001,
};
const PROFILE: DeviceProfile = {
  compute: { kind: 'speed', gigaflopsPerSecond: 0.5 },
  exchangeSeconds: 0,
  uplinkBytesPerSecond: 1e6,
  downlinkBytesPerSecond: 1e6,
  roundTripSeconds: 0.01,
};

const CONNECTION: Connection = {
  send: () => Promise.resolve(),
  onPacket: () => undefined,
  onClose: () => undefined,
  close: () => undefined,
};

let logged: { readonly event: string; readonly fields: unknown }[] = [];
beforeEach(() => {
  logged = [];
});

function plannerOf(changes: Partial<RunSettings> = {}) {
  const settings = smallRun({ cuts: 'exact', ...changes });
  const context = { run: 1, settings, spec: runSpec(settings), clock: new VirtualClock() };
  const planner = new Planner({
    context,
    bodyProfile: BODY,
    linkBytesPerSecond: undefined,
    log: (_level, event, fields) => logged.push({ event, fields }),
  });
  const link = (id: string, profile: DeviceProfile = PROFILE) => {
    const made = new DeviceLink(id, CONNECTION, context);
    made.introduction = { profile, samples: 64, backend: 'wasm', adapter: '' };
    return made;
  };
  const cuts = () =>
    Object.fromEntries([...(planner.plan?.cuts ?? [])].map(([id, cut]) => [id, cutCode(cut)]));
  const cutOf = (id: string): Cut => planner.plan?.cuts.get(id) ?? SHALLOWEST_CUT;
  /** Steps of a device that take so many times as long as its introduction says. */
  const steps = (id: string, slower: number, { cut = cutOf(id), count = 5 } = {}) => {
    for (let step = 0; step < count; step++)
      planner.stepTaken(
        id,
        cut,
        slower * deviceStepSeconds(PROFILE, { spec: context.spec, batch: settings.batch }, cut),
      );
  };
  return { planner, link, cuts, steps };
}

const FIRST = { a: '1110', b: '1110', c: '1110' };
const MOVED = { a: '1111', b: '1111', c: '0000' };

describe('a plan in the middle of a run', () => {
  test('RECUT-3: cuts move when a device has slowed to a tenth; the log names who holds what, and the gain', () => {
    const { planner, link, cuts, steps } = plannerOf();
    const links = ['a', 'b', 'c'].map((id) => link(id));
    planner.prepare(0, links);
    expect(cuts()).toEqual(FIRST);
    expect(planner.recut).toBeUndefined();
    const first = planner.plan?.predictedStepSeconds ?? NaN;
    for (const id of ['a', 'b']) steps(id, 1);
    steps('c', 10);
    planner.prepare(1, links);
    expect(cuts()).toEqual(MOVED);
    const { predictedStepSeconds = NaN } = planner.plan ?? {};
    const { keptStepSeconds = NaN, gain = NaN, moved = [] } = planner.recut ?? {};
    expect(first).toBeLessThan(predictedStepSeconds);
    expect(predictedStepSeconds).toBeLessThan(keptStepSeconds);
    expect(gain).toBeCloseTo(1 - predictedStepSeconds / keptStepSeconds, 12);
    expect(moved.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(logged).toEqual([
      {
        event: 're-cut',
        fields: {
          round: 1,
          devices: 'a 1110 > 1111, b 1110 > 1111, c 1110 > 0000',
          gain,
          keptStepSeconds,
          predictedStepSeconds,
        },
      },
    ]);
  });

  test('RECUT-4: what is known already, and what gains too little, moves nothing: the cuts stay exactly as they are', () => {
    const { planner, link, cuts, steps } = plannerOf();
    const links = ['a', 'b', 'c'].map((id) => link(id));
    planner.prepare(0, links);
    const plan = planner.plan;
    for (const noise of [1.09, 0.95, 1.02]) {
      for (const id of ['a', 'b', 'c']) steps(id, noise);
      planner.prepare(1, links);
      expect(planner.plan).toBe(plan);
    }
    steps('c', 10);
    planner.prepare(2, links);
    const moved = planner.plan;
    expect(cuts()).toEqual(MOVED);
    for (let round = 3; round < 8; round++) {
      steps('c', 10);
      planner.prepare(round, links);
      expect(planner.plan).toBe(moved);
      expect(planner.recut).toBeUndefined();
    }
    expect(logged).toHaveLength(1);
  });

  test('RECUT-4: a gain below the threshold keeps the cuts, and the prediction follows the devices', () => {
    const { planner, link, cuts, steps } = plannerOf({ recutGain: 0.9 });
    const links = ['a', 'b', 'c'].map((id) => link(id));
    planner.prepare(0, links);
    const before = planner.plan?.predictedStepSeconds ?? NaN;
    steps('c', 10);
    planner.prepare(1, links);
    expect(cuts()).toEqual(FIRST);
    expect(planner.plan?.predictedStepSeconds).toBeGreaterThan(2 * before);
    expect(logged).toEqual([]);
  });

  test('RECUT-4: a threshold of 0 leaves cuts and predictions as they were first made', () => {
    const { planner, link, steps } = plannerOf({ recutGain: 0 });
    const links = ['a', 'b', 'c'].map((id) => link(id));
    planner.prepare(0, links);
    const plan = planner.plan;
    steps('c', 10);
    planner.prepare(1, links);
    expect(planner.plan).toBe(plan);
  });

  test.each([
    ['cuts that are given', { cuts: 'deepest' }],
    ['cuts that are drawn', { cuts: 'random' }],
    ['networks with one cut', { deepestCut: 1 }],
    ['a strategy without cuts', { strategy: 'fed-gan' }],
  ] as const)('RECUT-5: %s never move; the prediction follows the devices', (_what, settings) => {
    const { planner, link, cuts, steps } = plannerOf(settings);
    const links = ['a', 'b', 'c'].map((id) => link(id));
    planner.prepare(0, links);
    const [before, seconds] = [cuts(), planner.plan?.predictedStepSeconds ?? NaN];
    steps('c', 10);
    planner.prepare(1, links);
    expect(cuts()).toEqual(before);
    expect(planner.plan?.predictedStepSeconds).toBeGreaterThan(1.05 * seconds);
    expect(logged).toEqual([]);
  });

  test('RECUT-6: an estimate outlives a round that is missed and a new connection, and ends with another speed check', () => {
    const { planner, link, cuts, steps } = plannerOf();
    const [a, b] = [link('a'), link('b')];
    planner.prepare(0, [a, b, link('c')]);
    steps('c', 10, { cut: SHALLOWEST_CUT });
    planner.prepare(1, [a, b]);
    planner.prepare(2, [a, b, link('c')]);
    expect(cuts()).toEqual(MOVED);
    planner.prepare(3, [a, b]);
    planner.prepare(4, [a, b, link('c')]);
    expect(cuts()).toEqual(MOVED);
    const faster = { ...PROFILE, roundTripSeconds: 0.009 };
    planner.prepare(5, [a, b, link('c', faster)]);
    expect(cuts()).toEqual(FIRST);
  });

  test('RECUT-6: only the last steps with one cut count', () => {
    const { planner, link, cuts, steps } = plannerOf();
    const links = ['a', 'b', 'c'].map((id) => link(id));
    planner.prepare(0, links);
    steps('c', 10, { count: 3 * JUDGED_DEVICE_STEPS });
    steps('c', 1, { count: JUDGED_DEVICE_STEPS });
    planner.prepare(1, links);
    expect(cuts()).toEqual(FIRST);
    steps('c', 10, { count: JUDGED_DEVICE_STEPS });
    steps('c', 10, { cut: SHALLOWEST_CUT, count: 2 });
    planner.prepare(2, links);
    expect(cuts()).toEqual(FIRST);
  });
});
