import '@tensorflow/tfjs-backend-wasm';
import { engine, setBackend } from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { cganSpec, type Exchange } from '../architecture/index.ts';
import {
  drawnBatches,
  drawnCohort,
  largestDifference,
  legalCuts,
  MIXED_DEVICES,
  ReferenceCohort,
  SplitCohort,
  type Cohort,
} from './testing/index.ts';

const spec = cganSpec({ width: 1 / 16, zDim: 8 });

beforeAll(async () => {
  expect(await setBackend('wasm')).toBe(true);
});
beforeEach(() => engine().startScope());
afterEach(() => engine().endScope());

describe('a split step', () => {
  test.each(legalCuts(spec))('STEP-2: equals the unsplit networks with cut %o', async (cut) => {
    await expectEqualSteps(drawnCohort(spec, [{ id: 'a', cut, batch: 4 }]), [new Map(), new Map()]);
  });

  test('STEP-2: equals the unsplit networks of seven blocks, 32 pixels, 3 channels and 2 classes', async () => {
    const larger = cganSpec({
      width: 1 / 16,
      zDim: 5,
      imageSize: 32,
      imageChannels: 3,
      classes: 2,
      blocks: 7,
    });
    const cut = { gHead: 3, gTail: 1, dHead: 1, dTail: 3 };
    await expectEqualSteps(drawnCohort(larger, [{ id: 'a', cut, batch: 3 }]), [new Map(), new Map()]);
  });

  test('STEP-3: devices with mixed cuts and batches meet in shared blocks', async () => {
    await expectEqualSteps(drawnCohort(spec, MIXED_DEVICES), [new Map(), new Map()]);
  });
});

describe('a device lost in mid-step', () => {
  const losses = ([1, 2, 3, 4, 5, 6] as const).flatMap((exchange) =>
    ['a', 'b'].map((id) => [id, exchange] as const),
  );

  test.each(losses)(
    'STEP-4: without device %s from exchange %i on, the others go on as with an output gradient of zero for its rows',
    async (id, exchange) => {
      await expectEqualSteps(drawnCohort(spec, MIXED_DEVICES), [
        new Map([[id, exchange]]),
        new Map([[id, 1]]),
      ]);
    },
  );

  test('STEP-4: several are lost at different exchanges', async () => {
    const lost = new Map<string, Exchange>([
      ['a', 2],
      ['b', 4],
      ['c', 6],
    ]);
    await expectEqualSteps(drawnCohort(spec, MIXED_DEVICES), [new Map(), lost]);
  });

  test('STEP-5: it keeps what it has updated and nothing else', async () => {
    const cohort = drawnCohort(spec, MIXED_DEVICES);
    for (const exchange of [2, 3, 4, 5, 6] as const) {
      const split = new SplitCohort(cohort);
      const before = await split.values('a');
      await split.step(drawnBatches(cohort, 7), new Map([['a', exchange]]));
      const after = await split.values('a');
      const moved = [...after.keys()].filter((name) =>
        after.get(name)?.data.some((v, i) => v !== before.get(name)?.data[i]),
      );
      const networks = new Set(
        moved.filter((name) => !name.includes('running')).map((name) => name.split('.')[0]),
      );
      expect([...networks]).toEqual(exchange >= 4 ? ['discriminator'] : []);
      split.dispose();
    }
  });
});

/** Runs one step for each entry, split and unsplit; an entry says who is lost, and those are not compared. */
async function expectEqualSteps(
  cohort: Cohort,
  steps: readonly ReadonlyMap<string, Exchange>[],
): Promise<void> {
  const split = new SplitCohort(cohort);
  const whole = new ReferenceCohort(cohort);
  const lost = new Set(steps.flatMap((lostAt) => [...lostAt.keys()]));
  const compared = cohort.devices.map(({ id }) => id).filter((id) => !lost.has(id));
  for (const [step, lostAt] of steps.entries()) {
    const batches = drawnBatches(cohort, 100 + step);
    const actual = await split.step(batches, lostAt);
    const expected = await whole.step(batches, lostAt);
    for (const id of compared) {
      for (const loss of ['discriminatorReal', 'discriminatorFake', 'generator'] as const)
        expect(actual.get(id)?.[loss]).toBeCloseTo(expected.get(id)?.[loss] ?? NaN, 5);
    }
  }
  for (const owner of ['body', ...compared])
    expect(
      largestDifference(await split.values(owner), await whole.values(owner)),
      owner,
    ).toBeLessThanOrEqual(1e-5);
  split.dispose();
}
