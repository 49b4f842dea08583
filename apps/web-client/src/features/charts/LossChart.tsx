// The losses of a device or of the run.
import { useMemo } from 'react';
import { text } from '../../ui/messages.ts';
import type { LossPoint } from '../../worker/messages.ts';
import { LineChart } from './LineChart.tsx';
import { lossChart } from './losses.ts';

interface LossChartProps {
  readonly title: string;
  readonly explanation: string;
  readonly losses: readonly LossPoint[];
  readonly stepsPerRound: number;
}

/** Three lines over the steps. */
export function LossChart({ title, explanation, losses, stepsPerRound }: LossChartProps) {
  const data = useMemo(() => lossChart(losses, stepsPerRound), [losses, stepsPerRound]);
  return <LineChart title={title} explanation={explanation} data={data} empty={text.charts.noLosses} />;
}
