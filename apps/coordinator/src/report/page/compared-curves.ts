// Curves of several experiments over each other, per domain: by rounds and by virtual time.
import { type RunSet, spreadOf } from '@tessera/core/report';
import { scoredPoints } from './curves-section.ts';
import type { Section } from './frame.ts';
import { html, type HtmlValue } from './html.ts';
import { lineChart, type Point } from './line-chart.ts';

const SECONDS_PER_HOUR = 3600;
const SECONDS_PER_MINUTE = 60;
/** Times below this are shown in minutes. */
const HOURS_FROM_SECONDS = 3 * SECONDS_PER_HOUR;

/** Score and Fréchet distance of every domain. */
export function comparedCurves(sets: readonly RunSet[]): Section {
  const runs = sets.flatMap((set) => set.runs);
  const domains = [...new Set(runs.flatMap(({ results }) => results.domains.map(({ name }) => name)))];
  return {
    id: 'curves',
    title: 'Curves',
    body: domains.map(
      (domain) =>
        html`<h3>${domain}</h3>
          <div class="charts three">${domainCharts(domain, sets)}</div>`,
    ),
  };
}

function domainCharts(domain: string, sets: readonly RunSet[]): HtmlValue {
  const lines = (figure: 'score' | 'frechet') =>
    sets.map((set, style) => ({ label: set.label, points: meanPoints(set, domain, figure), style }));
  const time = timeUnit(sets);
  return [
    lineChart({
      title: 'Image score by round',
      explanation:
        'Higher is better. Where there are several seeds: their mean, and a band of one standard deviation.',
      xName: 'round',
      from: 1,
      lines: lines('score'),
    }),
    lineChart({
      title: 'Image score by virtual time',
      explanation: 'The same scores over the time that the simulated devices and links would have taken.',
      xName: time.name,
      from: 1,
      wholeX: false,
      lines: lines('score').map(({ label, style }, i) => ({
        label,
        style,
        points: timedPoints(sets[i], domain).map(({ x, y }) => ({ x: x / time.seconds, y })),
      })),
    }),
    lineChart({
      title: 'Fréchet distance by round',
      explanation: 'Lower is better.',
      xName: 'round',
      digits: 1,
      from: 0,
      lines: lines('frechet'),
    }),
  ];
}

/** Means over the runs of a set, in the rounds that all of them scored. */
function meanPoints({ runs }: RunSet, domain: string, figure: 'score' | 'frechet'): readonly Point[] {
  const curves = runs.map(({ results }) => scoredPoints(results.rounds, domain, figure));
  const values = curves.map((points) => new Map(points.map(({ x, y }) => [x, y])));
  return (curves[0] ?? []).flatMap(({ x }) => {
    const spread = spreadOf(values.map((curve) => curve.get(x)));
    return spread?.count === runs.length ? [{ x, y: spread.mean, deviation: spread.deviation }] : [];
  });
}

/** The same means over the mean time at which those rounds ended. */
function timedPoints(set: RunSet | undefined, domain: string): readonly Point[] {
  if (!set) return [];
  return meanPoints(set, domain, 'score').flatMap(({ x, y }) => {
    const times = set.runs.map(({ results }) => results.rounds.find(({ round }) => round === x)?.seconds);
    const spread = spreadOf(times);
    return spread ? [{ x: spread.mean, y }] : [];
  });
}

function timeUnit(sets: readonly RunSet[]): { readonly name: string; readonly seconds: number } {
  const ends = sets.flatMap(({ runs }) => runs.map(({ results }) => results.rounds.at(-1)?.seconds ?? 0));
  return Math.max(0, ...ends) >= HOURS_FROM_SECONDS
    ? { name: 'hours', seconds: SECONDS_PER_HOUR }
    : { name: 'minutes', seconds: SECONDS_PER_MINUTE };
}
