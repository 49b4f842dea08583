// Curves of several experiments over each other, per domain: by rounds and by virtual time.
import { type RunSet, spreadOf } from '@tessera/core/report';
import { type CurveFigure, curveFigures, scoredPoints } from './curve-figures.ts';
import type { Section } from './frame.ts';
import { html, type HtmlValue } from './html.ts';
import { lineChart, type Point } from './line-chart.ts';

const SECONDS_PER_HOUR = 3600;
const SECONDS_PER_MINUTE = 60;
/** Times below this are shown in minutes. */
const HOURS_FROM_SECONDS = 3 * SECONDS_PER_HOUR;

/** The figures of every domain. */
export function comparedCurves(sets: readonly RunSet[]): Section {
  const runs = sets.flatMap((set) => set.runs);
  const domains = [...new Set(runs.flatMap(({ results }) => results.domains.map(({ name }) => name)))];
  return {
    id: 'curves',
    title: 'Curves',
    body: domains.map(
      (domain) =>
        html`<h3>${domain}</h3>
          <div class="charts">${domainCharts(domain, sets)}</div>`,
    ),
  };
}

function domainCharts(domain: string, sets: readonly RunSet[]): HtmlValue {
  const time = timeUnit(sets);
  const rounds = sets.flatMap(({ runs }) => runs.flatMap(({ results }) => results.rounds));
  return curveFigures(rounds).map(({ key, title, explanation, ...axis }) => {
    const lines = sets.map((set, style) => ({
      label: set.label,
      points: meanPoints(set, domain, key),
      style,
    }));
    return [
      lineChart({
        ...axis,
        title: `${title} by round`,
        explanation: `${explanation} Where there are several seeds: their mean, and a band of one standard deviation.`,
        xName: 'round',
        lines,
      }),
      lineChart({
        ...axis,
        title: `${title} by virtual time`,
        explanation: 'The same over the time that the simulated devices and links would have taken.',
        xName: time.name,
        wholeX: false,
        lines: lines.map(({ points, ...line }, i) => ({
          ...line,
          points: timed(points, sets[i], time.seconds),
        })),
      }),
    ];
  });
}

/** Means over the runs of a set, in the rounds that all of them scored. */
function meanPoints({ runs }: RunSet, domain: string, figure: CurveFigure['key']): readonly Point[] {
  const curves = runs.map(({ results }) => scoredPoints(results.rounds, domain, figure));
  const values = curves.map((points) => new Map(points.map(({ x, y }) => [x, y])));
  return (curves[0] ?? []).flatMap(({ x }) => {
    const spread = spreadOf(values.map((curve) => curve.get(x)));
    return spread?.count === runs.length ? [{ x, y: spread.mean, deviation: spread.deviation }] : [];
  });
}

/** Points by round as points by the mean time at which those rounds ended, without the bands. */
function timed(points: readonly Point[], set: RunSet | undefined, unitSeconds: number): readonly Point[] {
  return points.flatMap(({ x, y }) => {
    const times = set?.runs.map(({ results }) => results.rounds.find(({ round }) => round === x)?.seconds);
    const spread = spreadOf(times ?? []);
    return spread ? [{ x: spread.mean / unitSeconds, y }] : [];
  });
}

function timeUnit(sets: readonly RunSet[]): { readonly name: string; readonly seconds: number } {
  const ends = sets.flatMap(({ runs }) => runs.map(({ results }) => results.rounds.at(-1)?.seconds ?? 0));
  return Math.max(0, ...ends) >= HOURS_FROM_SECONDS
    ? { name: 'hours', seconds: SECONDS_PER_HOUR }
    : { name: 'minutes', seconds: SECONDS_PER_MINUTE };
}
