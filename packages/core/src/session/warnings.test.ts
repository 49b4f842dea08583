import { describe, expect, test } from 'vitest';
import { drawnImages } from '../data/index.ts';
import { Random } from '../random.ts';
import { smallRun } from '../testing/index.ts';
import type { RunView } from './index.ts';
import { type Likeness, likenessOf } from './likeness.ts';
import { type Signs, warningsOf } from './warnings.ts';

const SIZE = 28 * 28;

const view: Omit<RunView, 'warnings'> = {
  settings: smallRun(),
  phase: 'training',
  round: 6,
  step: 0,
  committedRound: 5,
  here: 2,
  needed: 2,
  elapsedSeconds: 60,
  devices: [],
  losses: [],
  groups: [],
  judged: [],
  names: {},
  engine: { backend: 'memory', adapter: '', reason: '' },
  sampleRounds: [],
  bytesReceived: 0,
  bytesSent: 0,
};

const signs: Signs = {
  hostPause: undefined,
  stuckBecause: undefined,
  plan: undefined,
  recut: undefined,
  likeness: { classes: [0.9, 0.8], groups: 0.7 },
  drifts: [0.2, 0.1, 0.2],
  writeSeconds: 0.1,
  link: undefined,
};

function codes(changes: Partial<typeof view>, signChanges: Partial<Signs> = {}): string[] {
  return warningsOf({ ...view, ...changes }, { ...signs, ...signChanges }).map(({ code }) => code);
}

function losses(of: number, count = 50): RunView['losses'] {
  return Array.from({ length: count }, (_, step) => ({
    round: 0,
    step,
    discriminatorReal: of / 2,
    discriminatorFake: of / 2,
    generator: 1,
  }));
}

const stepTime = { total: 1, predicted: 1, body: 0.2, deviceCompute: 0.3, wireAndWaiting: 0.5 };

/** Digits of each class, drawn by hand so to say. */
function digits(domain: 'pen' | 'marker', seed: number): Uint8Array[] {
  const set = drawnImages({ domain, count: 400, random: new Random(seed) });
  return Array.from({ length: 10 }, (_, label) => {
    const position = set.labels.indexOf(label);
    return set.images.slice(position * SIZE, (position + 1) * SIZE);
  });
}

/** The picture with grey levels off by up to `amplitude`. */
function withNoise(picture: Uint8Array, amplitude: number, random: Random): Uint8Array {
  return picture.map((value) => Math.max(0, Math.min(255, value + random.uniform(-amplitude, amplitude))));
}

describe('warnings', () => {
  test('WARN-3: a run that is well has none', () => {
    expect(codes({ losses: losses(1.2), stepTime })).toEqual([]);
  });

  test('WARN-4: a discriminator whose mean loss over 50 steps is near zero is named, not before', () => {
    expect(codes({ losses: losses(0.04) })).toEqual(['discriminator-too-strong']);
    expect(codes({ losses: losses(0.06) })).toEqual([]);
    expect(codes({ losses: losses(0.04, 49) })).toEqual([]);
  });

  test('WARN-5: statistics that drift in three rounds in a row are named', () => {
    expect(codes({}, { drifts: [1.1, 2, 5] })).toEqual(['statistics-drift']);
    expect(codes({}, { drifts: [1.1, 0.9, 5] })).toEqual([]);
    expect(codes({}, { drifts: [3, 3] })).toEqual([]);
  });

  test('WARN-6: pictures of all classes that look alike are named, once a generator had time to learn', () => {
    const likeness: Likeness = { classes: [0.8, 0.05], groups: 1 };
    expect(codes({}, { likeness })).toEqual(['samples-alike']);
    expect(codes({ committedRound: 3 }, { likeness })).toEqual([]);
  });

  test('WARN-7: groups whose pictures do not differ are named', () => {
    expect(codes({}, { likeness: { classes: [0.8, 0.8], groups: 0.05 } })).toEqual(['groups-alike']);
  });

  test('WARN-8: a link that is full, a slow disk, slow steps and silent devices are named with what to do', () => {
    const link = { bytesPerStep: 9e6, bytesPerSecond: 1e7 };
    expect(codes({ stepTime }, { link })).toEqual(['link-saturated']);
    expect(codes({ stepTime }, { link: { ...link, bytesPerStep: 7e6 } })).toEqual([]);
    expect(codes({ stepTime }, { link: { ...link, bytesPerSecond: undefined } })).toEqual([]);
    expect(codes({}, { writeSeconds: 6 })).toEqual(['slow-disk']);
    const [slow] = warningsOf({ ...view, stepTime: { ...stepTime, total: 6, wireAndWaiting: 5 } }, signs);
    expect(slow?.sentence).toMatch(/^A step takes 6\.0 seconds\. Most of it is the network/);
    const device = {
      id: 'device-00001',
      name: 'Ada',
      kind: 'browser',
      connected: true,
      standing: 'training',
      lastSeenSecondsAgo: 21,
      missesInARow: 0,
      bytesReceived: 0,
      bytesSent: 0,
    } as const;
    const [silent] = warningsOf({ ...view, devices: [device] }, signs);
    expect(silent?.sentence).toBe(
      'Ada has said nothing for 21 seconds. Look whether its screen is on and its page open.',
    );
    expect(codes({ devices: [{ ...device, lastSeenSecondsAgo: 19 }] })).toEqual([]);
  });

  test('WARN-9: a fault that paused the run stands first; a pause of the host is no fault', () => {
    expect(codes({ losses: losses(0.01) }, { hostPause: 'The disk is full.' })).toEqual([
      'paused-by-fault',
      'discriminator-too-strong',
    ]);
    expect(codes({}, { hostPause: 'paused by the host' })).toEqual([]);
  });

  test('WARN-10: a search that gains nothing where devices differ is named', () => {
    const cut = { gHead: 1, gTail: 1, dHead: 1, dTail: 1 };
    const plan = {
      cuts: new Map(),
      predictedStepSeconds: 0.999,
      stages: [],
      deviceSeconds: new Map(),
      uniform: { cut, stepSeconds: 1 },
      classes: new Map([
        ['a', 0],
        ['b', 1],
      ]),
      generations: 1,
    };
    expect(codes({}, { plan })).toEqual(['no-gain-from-search']);
    expect(codes({}, { plan: { ...plan, predictedStepSeconds: 0.98 } })).toEqual([]);
    expect(codes({}, { plan: { ...plan, classes: new Map([['a', 0]]) } })).toEqual([]);
  });

  test('RECUT-9: cuts that moved are told in the round that begins with them, with who holds other blocks and the gain', () => {
    const cut = { gHead: 1, gTail: 1, dHead: 1, dTail: 1 };
    const moved = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id, from: cut, to: { ...cut, gHead: 2 } }));
    const recut = { round: 6, moved, keptStepSeconds: 1.26, predictedStepSeconds: 0.58, gain: 0.54 };
    const changes = { names: { a: 'Anna', b: 'Ben' } };
    expect(warningsOf({ ...view, ...changes }, { ...signs, recut })).toEqual([
      {
        code: 're-cut',
        sentence:
          'Devices have become slower or faster, so Anna, Ben, c and 2 more hold other blocks from round 7 on. A step should take 0.58 seconds instead of 1.3. Nothing needs to be done.',
      },
    ]);
    expect(codes({ ...changes, round: 7 }, { recut })).toEqual([]);
  });
});

describe('likeness', () => {
  test('WARN-11: real digits do not look alike, neither between classes nor between domains', () => {
    const { classes, groups } = likenessOf([digits('pen', 1), digits('marker', 2)]);
    expect(Math.min(...classes)).toBeGreaterThan(0.4);
    expect(groups).toBeGreaterThan(0.4);
  });

  test('WARN-12: one picture for every class looks alike, also with a little noise; so does one for every group', () => {
    const random = new Random(3);
    const [first = new Uint8Array(SIZE)] = digits('pen', 1);
    const collapsed = Array.from({ length: 10 }, () => withNoise(first, 8, random));
    const healthy = digits('pen', 1);
    const likeness = likenessOf([collapsed, healthy]);
    expect(likeness.classes[0]).toBeLessThan(0.1);
    expect(likeness.classes[1]).toBeGreaterThan(0.4);
    const same = likenessOf([healthy, healthy.map((picture) => withNoise(picture, 4, random))]);
    expect(same.groups).toBeLessThan(0.1);
  });

  test('WARN-13: faint pictures are judged by their own contrast, blank ones look alike, one alone does not', () => {
    const faint = digits('pen', 1).map((picture) => picture.map((value) => 120 + value / 20));
    expect(likenessOf([faint]).classes[0]).toBeGreaterThan(0.3);
    const blank = Array.from({ length: 10 }, () => new Uint8Array(SIZE).fill(127));
    expect(likenessOf([blank])).toEqual({ classes: [0], groups: 1 });
    expect(likenessOf([[new Uint8Array(SIZE)]])).toEqual({ classes: [1], groups: 1 });
  });
});
