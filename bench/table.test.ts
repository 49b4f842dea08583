import { expect, it } from 'vitest';
import { type Measurement, measurementSchema } from './result.ts';
import { renderMeasurements } from './table.ts';

const compared: Measurement = {
  name: 'step',
  engine: 'wasm',
  batch: 16,
  width: 0.25,
  median_ms: 123.456,
  baseline: 'stock TensorFlow.js',
  ratio: 0.25,
  details: { baseline_median_ms: 500, cpu_ratio: 0.26 },
};
const alone: Measurement = {
  name: 'search, 100 devices',
  engine: 'none',
  batch: null,
  width: null,
  median_ms: 0.01234,
  baseline: null,
  ratio: null,
};

it('BENCH-5: the table shows every measurement, and a dash where nothing was compared', () => {
  for (const one of [compared, alone]) expect(measurementSchema.parse(one)).toEqual(one);
  const [, , first, second] = renderMeasurements([compared, alone]).split('\n');
  expect(first?.split(/ {2,}/)).toEqual([
    ...['step', 'wasm', '16', '0.25', '123'],
    ...['stock TensorFlow.js', '500', '0.25', 'cpu ratio 0.260'],
  ]);
  expect(second?.trim().split(/ {2,}/)).toEqual([
    'search, 100 devices',
    'none',
    '-',
    '-',
    '0.0123',
    '-',
    '-',
    '-',
  ]);
});
