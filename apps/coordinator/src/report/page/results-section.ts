// The final figures of every domain beside the published ones.
import type { DomainResults, Results } from '@tessera/core/report';
import { decimal, difference, NOT_MEASURED } from './format.ts';
import type { Section } from './frame.ts';
import { html } from './html.ts';
import {
  judged,
  type Metric,
  METRICS,
  metricsExplained,
  placeOf,
  publishedFigure,
  publishedOf,
} from './metrics.ts';
import { type Row, type StyledCell, table } from './table.ts';

type Published = Results['published'][number];

/** Results at the end of the run. */
export function resultsSection(results: Results): Section {
  const shown = METRICS.filter(({ key }) =>
    results.domains.some((domain) => typeof domain[key] === 'number'),
  );
  return {
    id: 'results',
    title: 'Results',
    body: html`${table({
      caption: results.finished ? 'At the end of the run' : 'After the last finished round',
      columns: [{ title: 'Domain' }, ...shown.map(({ title }) => ({ title, number: true }))],
      rows: results.domains.flatMap((domain) => domainRows(domain, results.published, shown)),
    })}
    ${metricsExplained()}`,
  };
}

function domainRows(
  domain: DomainResults,
  published: readonly Published[],
  shown: readonly Metric[],
): readonly Row[] {
  const here: Row = {
    cells: [domain.name, ...shown.map(({ key, digits }) => decimal(domain[key], digits))],
  };
  const row = publishedOf(published, domain.name);
  if (!row) return [here];
  return [
    here,
    {
      style: 'minor',
      cells: [
        `Published, ${placeOf(row)}`,
        ...shown.map((metric) => decimal(publishedFigure(row, metric), metric.digits)),
      ],
    },
    {
      style: 'minor',
      cells: ['Difference', ...shown.map((metric) => differenceCell(domain, row, metric))],
    },
  ];
}

function differenceCell(domain: DomainResults, row: Published, metric: Metric): StyledCell {
  const [here, there] = [domain[metric.key], publishedFigure(row, metric)];
  if (typeof here !== 'number' || there === null) return { value: NOT_MEASURED, style: '' };
  return { value: difference(here - there, metric.digits), style: judged(metric, here - there) };
}
