// Measurements as a table for people.
import { renderTable } from '@tessera/coordinator/cli';
import type { Measurement } from './result.ts';

const HEADER = ['benchmark', 'engine', 'batch', 'width', 'ms', 'against', 'its ms', 'ratio', 'also'];

/** One line for each measurement. */
export function renderMeasurements(measurements: readonly Measurement[]): string {
  return renderTable(
    HEADER,
    measurements.map(({ name, engine, batch, width, median_ms, baseline, ratio, details = {} }) => {
      const { baseline_median_ms: baselineMs, ...others } = details;
      const also = Object.entries(others).map(
        ([what, value]) => `${what.replaceAll('_', ' ')} ${short(value)}`,
      );
      return [
        name,
        engine,
        batch ?? '-',
        width ?? '-',
        median_ms === null ? '-' : short(median_ms),
        baseline ?? '-',
        baselineMs === undefined ? '-' : short(baselineMs),
        ratio === null ? '-' : ratio.toFixed(2),
        also.join(', '),
      ];
    }),
  );
}

function short(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
