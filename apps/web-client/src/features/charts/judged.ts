// What devices said of the classifiers as lines of a chart.
import type { JudgedRound } from '@tessera/core/session';
import { groupStyle } from '../../ui/groups.ts';
import { text } from '../../ui/messages.ts';
import type { ChartData } from './line-chart.ts';

/** One line a group over the rounds that were judged, in percent; a group that a round lacks leaves a gap. */
export function judgedChart(judged: readonly JudgedRound[]): ChartData {
  const clusters = [...new Set(judged.flatMap(({ groups }) => groups.map(({ cluster }) => cluster)))];
  clusters.sort((a, b) => a - b);
  const percentOf = ({ groups }: JudgedRound, cluster: number) => {
    const group = groups.find((each) => each.cluster === cluster);
    return group && (100 * group.right) / group.total;
  };
  return {
    xLabel: text.charts.round,
    x: judged.map(({ round }) => round + 1),
    lines: clusters.map((cluster) => ({
      label: text.charts.judgedIn(groupStyle(cluster).letter),
      colour: groupStyle(cluster).colour,
      values: judged.map((round) => percentOf(round, cluster)),
    })),
  };
}
