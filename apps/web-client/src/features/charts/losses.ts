// Losses as lines of a chart.
import { text } from '../../ui/messages.ts';
import type { LossPoint } from '../../worker/messages.ts';
import type { ChartData } from './line-chart.ts';
import { thin } from './thin.ts';

/** Points of a chart; more cannot be told apart on a screen. */
const POINTS = 400;

/** The three losses over all steps of the run, thinned. */
export function lossChart(losses: readonly LossPoint[], stepsPerRound: number): ChartData {
  const points = thin(
    losses.map(({ round, step, discriminatorReal, discriminatorFake, generator }) => ({
      at: round * stepsPerRound + step,
      discriminatorReal,
      discriminatorFake,
      generator,
    })),
    POINTS,
  );
  return {
    xLabel: text.charts.step,
    x: points.map((point) => Math.round(point.at)),
    lines: [
      {
        label: text.charts.generator,
        colour: 'var(--accent)',
        values: points.map((point) => point.generator),
      },
      {
        label: text.charts.discriminatorReal,
        colour: 'var(--ink)',
        values: points.map((point) => point.discriminatorReal),
      },
      {
        label: text.charts.discriminatorFake,
        colour: 'var(--ink-quiet)',
        dash: [5, 4],
        values: points.map((point) => point.discriminatorFake),
      },
    ],
  };
}
