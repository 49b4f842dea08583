import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cganSpec, SHALLOWEST_CUT } from '../architecture/index.ts';
import type { Encoding } from '../tensors/index.ts';
import {
  BATCHES,
  cutSpace,
  exchangeBytes,
  settingsWithinBudget,
  sharedLinkStep,
  stepBudget,
  stepBytes,
} from './index.ts';

const full = { spec: cganSpec(), batch: 64, encoding: 'float16' } as const;

describe('traffic', () => {
  test('COST-11: a step at full width and batch 64 moves 27 MB a device in 16 bits, twice that in 32, half in 8', () => {
    const megabytes = (encoding: Encoding) => stepBytes({ ...full, encoding }, SHALLOWEST_CUT) / 1e6;
    expect(megabytes('float16')).toBeCloseTo(27.5, 1);
    expect(megabytes('float32')).toBeCloseTo(54.9, 1);
    expect(megabytes('int8')).toBeCloseTo(13.7, 1);
    const quarter = { spec: cganSpec({ width: 1 / 4 }), batch: 16, encoding: 'float16' } as const;
    expect(stepBytes(quarter, SHALLOWEST_CUT) / 1e6).toBeCloseTo(1.7, 1);
  });

  test('COST-11: what goes up as activation comes down as gradient, with any cut', () => {
    for (const cut of cutSpace(full.spec).cuts) {
      const exchanges = exchangeBytes(full, cut);
      const total = (direction: 'up' | 'down') =>
        exchanges.reduce((sum, exchange) => sum + exchange[direction], 0);
      expect(exchanges).toHaveLength(6);
      expect(exchanges[4]?.up).toBe(exchanges[3]?.down);
      expect(exchanges[4]?.down).toBe(exchanges[3]?.up);
      expect(exchanges[0]?.up).toBe((exchanges[4]?.down ?? NaN) + (exchanges[5]?.down ?? NaN));
      expect(total('up')).toBe(total('down'));
    }
  });

  test('COST-12: thirty devices at full width take 22 s of a 300 Mbit/s link: too slow', () => {
    const step = sharedLinkStep(stepBytes(full, SHALLOWEST_CUT), 30, 300e6 / 8);
    expect(step.bytes / 1e9).toBeCloseTo(0.8, 1);
    expect(step.seconds).toBeCloseTo(22, 0);
    expect(step.slow).toBe(true);
    expect(sharedLinkStep(5e6, 1, 1e6)).toEqual({ bytes: 5e6, seconds: 5, slow: false });
  });

  test('COST-13: thirty devices on one Wi-Fi get a quarter of the width, batch 16 and 16 bits', () => {
    expect(settingsWithinBudget(stepBudget(30, 300e6 / 8))).toEqual({
      width: 1 / 4,
      batch: 16,
      encoding: 'float16',
    });
  });

  test('COST-13: defaults stay within the budget where any do, and are the widest that do', () => {
    const shape = fc.record({
      imageSize: fc.constantFrom(28 as const, 32 as const),
      imageChannels: fc.constantFrom(1 as const, 3 as const),
    });
    fc.assert(
      fc.property(fc.integer({ min: 50_000, max: 40_000_000 }), shape, (budget, networks) => {
        const { width, batch, encoding } = settingsWithinBudget(budget, networks);
        const bytes = (w: typeof width, b: number) =>
          stepBytes({ spec: cganSpec({ ...networks, width: w }), batch: b, encoding }, SHALLOWEST_CUT);
        const larger = BATCHES.filter((other) => other > batch);
        if (bytes(1 / 16, 16) > budget) expect({ width, batch }).toEqual({ width: 1 / 16, batch: 16 });
        else expect(bytes(width, batch)).toBeLessThanOrEqual(budget);
        for (const other of larger) expect(bytes(width, other)).toBeGreaterThan(budget);
        if (width < 1) expect(bytes(2 * width, 16)).toBeGreaterThan(budget);
      }),
      { numRuns: 30 },
    );
  });

  test('COST-13: settings that are given stay, the others follow', () => {
    expect(settingsWithinBudget(2e6, {}, { width: 1 / 8 })).toEqual({
      width: 1 / 8,
      batch: 32,
      encoding: 'float16',
    });
    expect(settingsWithinBudget(2e6, {}, { batch: 64 }).width).toBe(1 / 16);
    expect(settingsWithinBudget(2e6, {}, { encoding: 'float32' }).width).toBe(1 / 8);
    expect(settingsWithinBudget(1, {}, { width: 1, batch: 64, encoding: 'float32' })).toEqual({
      width: 1,
      batch: 64,
      encoding: 'float32',
    });
  });

  test('COST-13: the budget shrinks with the devices on the link', () => {
    expect(stepBudget(1, 300e6 / 8)).toBe(2e6);
    expect(stepBudget(1000, 300e6 / 8)).toBe(187_500);
  });
});
