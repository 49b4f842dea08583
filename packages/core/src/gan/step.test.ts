import '@tensorflow/tfjs-backend-cpu';
import { engine, memory, setBackend } from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { cganSpec, SHALLOWEST_CUT, type Cut, type Exchange } from '../architecture/index.ts';
import type { NamedTensors } from '../tensors/index.ts';
import type { StepLosses } from './device-half.ts';
import { ReferenceCohort } from './testing/reference-step.ts';
import { drawnBatches, drawnCohort, legalCuts, SplitCohort } from './testing/split-cohort.ts';

const spec = cganSpec({ width: 1 / 16, zDim: 8 });
const cut = (gHead: number, gTail: number, dHead: number, dTail: number): Cut => ({
  gHead,
  gTail,
  dHead,
  dTail,
});
const mixed = [
  { id: 'a', cut: SHALLOWEST_CUT, batch: 4 },
  { id: 'b', cut: cut(2, 1, 2, 1), batch: 3 },
  { id: 'c', cut: cut(1, 2, 1, 2), batch: 4 },
  { id: 'd', cut: cut(2, 2, 2, 2), batch: 2 },
];

beforeAll(async () => {
  expect(await setBackend('cpu')).toBe(true);
});
beforeEach(() => engine().startScope());
afterEach(() => engine().endScope());

describe('a split step', () => {
  test.each(legalCuts(spec))('STEP-2: equals the unsplit networks with cut %o', async (only) => {
    const cohort = drawnCohort(spec, [{ id: 'a', cut: only, batch: 4 }], 1);
    await expectEqualSteps(cohort, 2);
  });

  test('STEP-3: devices with mixed cuts meet in shared blocks', async () => {
    await expectEqualSteps(drawnCohort(spec, mixed, 2), 2);
  });
});

async function expectEqualSteps(cohort: ReturnType<typeof drawnCohort>, steps: number): Promise<void> {
  const split = new SplitCohort(cohort);
  const whole = new ReferenceCohort(cohort);
  for (let step = 0; step < steps; step++) {
    const batches = drawnBatches(cohort, 100 + step);
    expectLosses(await split.step(batches), await whole.step(batches));
  }
  for (const owner of ['body', ...cohort.devices.map(({ id }) => id)])
    expectClose(await split.values(owner), await whole.values(owner));
  split.dispose();
}

function expectLosses(actual: Map<string, StepLosses>, expected: Map<string, StepLosses>): void {
  for (const [id, losses] of actual) expect(losses, `losses of ${id}`).toEqual(expected.get(id));
}

function expectClose(actual: NamedTensors, expected: NamedTensors): void {
  expect([...actual.keys()].sort()).toEqual([...expected.keys()].sort());
  for (const [name, { data }] of actual) {
    const other = expected.get(name)?.data ?? new Float32Array();
    const worst = data.reduce((most, value, i) => Math.max(most, Math.abs(value - (other[i] ?? NaN))), 0);
    expect(worst, name).toBeLessThanOrEqual(1e-5);
  }
}
