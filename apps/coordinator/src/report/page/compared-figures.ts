// Runs by metrics, a table per domain; means and deviations where there are several seeds.
import { type DomainResults, type RunSet, type Spread, spreadOf } from '@tessera/core/report';
import { decimal, NOT_MEASURED } from './format.ts';
import type { Section } from './frame.ts';
import { html } from './html.ts';
import { type Metric, METRICS, metricsExplained, placeOf, publishedFigure, publishedOf } from './metrics.ts';
import { type Row, type StyledCell, table } from './table.ts';

/** The figures of every domain. */
export function comparedFigures(sets: readonly RunSet[]): Section {
  const runs = sets.flatMap((set) => set.runs);
  const domains = [...new Set(runs.flatMap(({ results }) => results.domains.map(({ name }) => name)))];
  return {
    id: 'results',
    title: 'Results',
    body: html`${domains.map((domain) => domainTable(domain, sets))}
      <p class="small quiet">The best mean of each column is bold.</p>
      ${metricsExplained()}`,
  };
}

/** A mean with its deviation as text. */
export function spreadText(spread: Spread | null, digits: number): string {
  if (spread === null) return NOT_MEASURED;
  const deviation = spread.deviation === null ? '' : ` ± ${decimal(spread.deviation, digits)}`;
  return `${decimal(spread.mean, digits)}${deviation}`;
}

function domainTable(domain: string, sets: readonly RunSet[]) {
  const having = sets.filter((set) => domainsOf(set, domain).length > 0);
  const all = having.flatMap((set) => domainsOf(set, domain));
  const shown = METRICS.filter(({ key }) => all.some((results) => typeof results[key] === 'number'));
  const spreads = new Map(
    shown.map((metric) => [
      metric,
      having.map((set) => spreadOf(domainsOf(set, domain).map(({ [metric.key]: value }) => value ?? null))),
    ]),
  );
  return table({
    caption: domain,
    columns: [
      { title: 'Experiment' },
      { title: 'Seeds', number: true },
      ...shown.map(({ title }) => ({ title, number: true })),
    ],
    rows: [
      ...having.map(({ label, runs }, i) => ({
        cells: [
          label,
          runs.length,
          ...shown.map((metric) => figureCell(metric, spreads.get(metric) ?? [], i)),
        ],
      })),
      ...publishedRow(domain, having, shown),
    ],
  });
}

function figureCell(metric: Metric, spreads: readonly (Spread | null)[], index: number): StyledCell {
  const spread = spreads[index] ?? null;
  const means = spreads.flatMap((other) => (other === null ? [] : [rounded(other.mean, metric)]));
  const best = metric.better === 'lower' ? Math.min(...means) : Math.max(...means);
  const isBest =
    metric.better !== undefined &&
    means.length > 1 &&
    spread !== null &&
    rounded(spread.mean, metric) === best &&
    means.some((mean) => mean !== best);
  return { value: spreadText(spread, digitsOf(metric)), style: isBest ? 'best' : '' };
}

function publishedRow(domain: string, sets: readonly RunSet[], shown: readonly Metric[]): readonly Row[] {
  const rows = sets.flatMap(({ runs }) =>
    runs.flatMap(({ results }) => publishedOf(results.published, domain) ?? []),
  );
  const different = [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
  return different.map((row) => ({
    style: 'minor sum',
    cells: [
      `Published, ${placeOf(row)}`,
      '',
      ...shown.map((metric) => decimal(publishedFigure(row, metric), metric.digits)),
    ],
  }));
}

function domainsOf({ runs }: RunSet, domain: string): readonly DomainResults[] {
  return runs.flatMap(({ results }) => results.domains.filter(({ name }) => name === domain));
}

function rounded(value: number, metric: Metric): number {
  return Number(value.toFixed(digitsOf(metric)));
}

/** Means of counts are no whole numbers. */
function digitsOf({ digits }: Metric): number {
  return Math.max(1, digits);
}
