import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PAPER_PROFILES, paperDevice } from '@tessera/core/cut';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCli } from '../cli/index.ts';
import { recordingIo } from '../testing/recording-io.ts';
import { paperFleet, resized } from './plan-fleet.ts';
import type { MeasuredPlan } from './plan-measured.ts';
import type { ReferencePlan } from './plan-reference.ts';
import { planCommand } from './plan.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tessera-plan-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function plan(...line: string[]) {
  const { io, out, err } = recordingIo(folder);
  const exitCode = await runCli([planCommand], ['plan', ...line], io);
  return { exitCode, out: out.join('\n'), err };
}

async function planJson<Plan>(...line: string[]): Promise<Plan> {
  const { exitCode, out } = await plan(...line, '--json');
  expect(exitCode).toBe(0);
  // What the command prints is the plan itself, as the types of its two models say.
  return JSON.parse(out) as Plan;
}

const phone = {
  compute: { kind: 'speed', gigaflopsPerSecond: 40 },
  exchangeSeconds: 0.004,
  uplinkBytesPerSecond: 5e6,
  downlinkBytesPerSecond: 5e6,
  roundTripSeconds: 0.02,
};
const blocks = [
  { forward: 0.01, backward: 0.02 },
  { forward: 0.03, backward: 0.06 },
];
const measuredPhone = {
  ...phone,
  compute: {
    kind: 'measured',
    batch: 16,
    generator: { head: blocks, tail: blocks },
    discriminator: { head: blocks, tail: blocks },
  },
};

async function file(content: unknown): Promise<string> {
  await writeFile(
    join(folder, 'devices.json'),
    typeof content === 'string' ? content : JSON.stringify(content),
  );
  return 'devices.json';
}

describe('plan', () => {
  test('PLAN-1: profiles from a file give every device a cut and a step of six exchanges', async () => {
    const path = await file({
      devices: [
        { name: 'phone', count: 3, profile: measuredPhone },
        { name: 'laptop', profile: { ...phone, compute: { kind: 'speed', gigaflopsPerSecond: 900 } } },
      ],
      coordinator: { compute: { kind: 'speed', gigaflopsPerSecond: 200 }, exchangeSeconds: 0.001 },
    });
    const result = await planJson<MeasuredPlan>(path);
    expect(result.devices.map(({ name, count }) => [name, count])).toEqual([
      ['phone', 3],
      ['laptop', 1],
    ]);
    for (const { cut } of result.devices) expect(cut).toMatch(/^[01]{4}$/);
    expect(result.exchanges.map(({ exchange }) => exchange)).toEqual([1, 2, 3, 4, 5, 6]);
    const sum = result.exchanges.reduce((total, { seconds }) => total + seconds, 0);
    expect(result.stepSeconds).toBeCloseTo(sum, 9);
    expect(result.stepSeconds).toBeLessThanOrEqual(result.uniform.stepSeconds);

    const table = (await plan(path)).out;
    for (const expected of ['phone', 'laptop', 'shared link', 'Predicted step:', 'Mbit/s'])
      expect(table).toContain(expected);
  });

  test('PLAN-2: settings follow from the traffic of N devices on the link unless they are given', async () => {
    const thirty = await planJson<MeasuredPlan>('--profiles', 'paper', '--devices', '30');
    expect(thirty.settings).toEqual({ width: 0.25, batch: 16, encoding: 'float16' });
    expect(thirty.devices.reduce((sum, { count }) => sum + count, 0)).toBe(30);
    const given = ['--width', '0.5', '--batch', '8', '--encoding', 'float32'];
    expect((await planJson<MeasuredPlan>('--profiles', 'paper', ...given)).settings).toEqual({
      width: 0.5,
      batch: 8,
      encoding: 'float32',
    });
    const narrow = await planJson<MeasuredPlan>('--profiles', 'paper', '--devices', '30', '--link', '20');
    expect(narrow.settings.width).toBeLessThan(0.25);
  });

  test('PLAN-3: a step that takes the shared link more than five seconds is warned of', async () => {
    const large = ['--profiles', 'paper', '--devices', '30', '--width', '1', '--batch', '64'];
    const slow = await plan(...large);
    expect(slow.exitCode).toBe(0);
    expect(slow.err).toHaveLength(1);
    expect(slow.err[0]).toMatch(/^Warning: the shared link alone takes [\d.]+ s a step, more than 5 s/);
    const { sharedLink, devices } = await planJson<MeasuredPlan>(...large);
    const bytes = devices.reduce((sum, { count, bytesPerStep }) => sum + count * bytesPerStep, 0);
    expect(sharedLink).toMatchObject({ slow: true, megabits: 300 });
    expect(sharedLink.seconds).toBeCloseTo((8 * bytes) / 300e6, 9);
    expect((await plan(...large, '--link', '10000')).err).toEqual([]);
  });

  test("PLAN-4: the paper's model reproduces the paper's plan", async () => {
    const published = ['--profiles', 'paper', '--model', 'reference', '--indexing', 'published'];
    const result = await planJson<ReferencePlan>(...published);
    expect(result.latency.seconds).toBeCloseTo(8.01981346801998, 10);
    expect(result.exactSeconds).toBeCloseTo(8.01981346801998, 10);
    expect(result.devices.map(({ cut }) => cut)).toEqual([
      '0000',
      '1111',
      '1111',
      '1111',
      '0010',
      '1110',
      '1111',
    ]);
    expect(result.devices.map(({ count }) => count)).toEqual([14, 14, 14, 14, 14, 15, 15]);
    expect((await plan(...published)).out).toContain('Iteration: 8.0198 s');

    const model = ['--profiles', 'paper', '--model', 'reference'];
    expect((await planJson<ReferencePlan>(...model)).latency.seconds).toBeCloseTo(8.028043868019981, 10);
    const bits = await planJson<ReferencePlan>(...model, '--rates', 'bits');
    expect(bits.latency.seconds).toBeCloseTo(11.642840881353314, 10);
  });

  test('PLAN-5: the published search runs a thousand generations', async () => {
    const path = await file({ devices: [{ name: 'phone', profile: phone }] });
    expect((await planJson<MeasuredPlan>(path, '--published')).generations).toBe(1000);
    expect((await planJson<MeasuredPlan>(path)).generations).toBeLessThan(1000);
  });

  test('PLAN-6: a fleet of another size keeps the mix, to the device', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 9 }),
        fc.integer({ min: 1, max: 5000 }),
        (counts, total) => {
          const profile = paperDevice(
            PAPER_PROFILES[0] ?? { megahertz: 1, flopsPerCycle: 1, rate: 1 },
            'bits',
          );
          const fleet = {
            ...paperFleet('bits'),
            parts: counts.map((count, i) => ({ name: `${i}`, count, profile })),
          };
          const before = counts.reduce((sum, count) => sum + count, 0);
          const { parts } = resized(fleet, total);
          expect(parts.reduce((sum, { count }) => sum + count, 0)).toBe(total);
          for (const { name, count } of parts)
            expect(Math.abs(count - (total * (counts[Number(name)] ?? NaN)) / before)).toBeLessThan(1);
        },
      ),
    );
  });
});

describe('plan refuses', () => {
  test.each([
    [[], 'needs either FILE or --profiles paper'],
    [['a.json', '--profiles', 'paper'], 'needs either FILE or --profiles paper'],
    [['a.json', '--rates', 'bits'], "--rates is about the paper's profiles"],
    [['--profiles', 'paper', '--indexing', 'published'], '--indexing is only of use with --model reference'],
    [['--profiles', 'paper', '--model', 'reference', '--encoding', 'float16'], '--encoding is of no use'],
    [['--profiles', 'paper', '--width', '0.3'], '--width must be one of 1, 0.5'],
    [['--profiles', 'paper', '--devices', '0'], '--devices must be a whole number from 1'],
    [['--profiles', 'paper', '--speed', '3'], 'plan has no flag --speed'],
    [['none.json'], 'none.json cannot be read'],
  ])('PLAN-7: %j is refused with one clear line', async (line, message) => {
    const { exitCode, err, out } = await plan(...line);
    expect(exitCode).toBe(2);
    expect(out).toBe('');
    expect(err).toHaveLength(1);
    expect(err[0]).toContain(message);
    expect(err[0]).not.toContain('\n');
  });

  test.each([
    ['{"devices": [', 'is no JSON'],
    [[1], 'the outermost value must be an object'],
    [{}, 'devices is missing'],
    [{ devices: [] }, 'devices must be a list of at least 1'],
    [{ devices: [{ name: 'a', profile: phone, speed: 3 }] }, 'devices.0.speed is no setting'],
    [
      { devices: [{ name: 'a', profile: { ...phone, uplinkBytesPerSecond: 0, roundTripSeconds: 'x' } }] },
      'devices.0.profile.uplinkBytesPerSecond must be at least 1, not 0; devices.0.profile.roundTripSeconds must be a number, not "x"',
    ],
    [
      { devices: [{ name: 'a', profile: { ...phone, compute: { kind: 'guess' } } }] },
      'devices.0.profile.compute.kind must be "measured" or "speed", not "guess"',
    ],
  ])('PLAN-8: a file such as %j is refused with all its faults in one line', async (content, message) => {
    const { exitCode, err, out } = await plan(await file(content));
    expect(exitCode).toBe(2);
    expect(out).toBe('');
    expect(err).toHaveLength(1);
    expect(err[0]).toContain(message);
    expect(err[0]).not.toContain('\n');
  });

  test('PLAN-8: profiles that do not fit the model or the networks say what to do', async () => {
    const path = await file({ devices: [{ name: 'phone', profile: measuredPhone }] });
    const reference = await plan(path, '--model', 'reference');
    expect(reference.exitCode).toBe(2);
    expect(reference.err[0]).toContain('phone was measured block by block');

    const [head] = blocks;
    const short = { ...measuredPhone.compute, generator: { head: [head], tail: blocks } };
    const wrong = await file({ devices: [{ name: 'phone', profile: { ...measuredPhone, compute: short } }] });
    const { exitCode, err } = await plan(wrong);
    expect(exitCode).toBe(1);
    expect(err[0]).toContain('measure again for this run');
  });
});
