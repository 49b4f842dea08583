import { expect, test } from 'vitest';
import { cganSpec, wholeCut } from '../architecture/index.ts';
import { ganCosts, measuredModel, stepBytes } from './index.ts';

const spec = cganSpec({ width: 1 / 4 });
const run = { spec, batch: 16, encoding: 'float16' } as const;
const coordinator = { compute: { kind: 'speed', gigaflopsPerSecond: 1 }, exchangeSeconds: 0 } as const;
const device = {
  compute: { kind: 'speed', gigaflopsPerSecond: 1 },
  exchangeSeconds: 0,
  uplinkBytesPerSecond: 1e6,
  downlinkBytesPerSecond: 1e6,
  roundTripSeconds: 0,
} as const;

test('HFL-10: a step costs two passes of generators and five of the discriminator, two of them without its own gradients', () => {
  const cut = wholeCut(spec, 'twin');
  const costs = ganCosts(spec, run.batch);
  const sum = (network: 'generator' | 'discriminator', way: 'forwardGigaflops' | 'backwardGigaflops') =>
    costs[network].reduce((total, block) => total + block[way], 0);
  const expected =
    2 * sum('generator', 'forwardGigaflops') +
    2 * sum('generator', 'backwardGigaflops') +
    5 * sum('discriminator', 'forwardGigaflops') +
    (3 + 2 / 2) * sum('discriminator', 'backwardGigaflops');
  const model = measuredModel(coordinator, run);
  expect(model.device(device)(cut)).toHaveLength(1);
  expect(model.deviceCompute(device)(cut)[0]).toBeCloseTo(expected, 9);
  expect(model.bodySeconds(cut)).toEqual([0]);
  expect(stepBytes(run, cut)).toBe(0);
});
