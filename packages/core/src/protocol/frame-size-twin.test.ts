import { expect, test } from 'vitest';
import { cganSpec, wholeCut } from '../architecture/index.ts';
import { deviceParameters } from '../federate/index.ts';
import { frameBytes } from './frame.ts';
import { maximumFrameBytes } from './frame-size.ts';
import { MAXIMUM_TENSORS } from './limits.ts';

test('HFL-11: the largest frame holds the layers of three networks, of the widest and of the longest', () => {
  for (const spec of [cganSpec(), cganSpec({ width: 1 / 4 }), cganSpec({ width: 1 / 16, blocks: 9 })]) {
    const layers = deviceParameters(spec, wholeCut(spec, 'twin'));
    expect(layers.length).toBeLessThan(MAXIMUM_TENSORS);
    const bytes = frameBytes(layers, 'float32');
    expect(maximumFrameBytes({ spec, batch: 2, strategy: 'hfl-gan' })).toBeGreaterThanOrEqual(bytes);
  }
  const two = maximumFrameBytes({ spec: cganSpec(), batch: 2, strategy: 'fed-gan' });
  expect(two).toBeLessThan(maximumFrameBytes({ spec: cganSpec(), batch: 2, strategy: 'hfl-gan' }));
});
