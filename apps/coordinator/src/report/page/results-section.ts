// The final figures of every domain beside the published ones, and how the classes are covered.
import type { DomainResults, Results } from '@tessera/core/report';
import { count, decimal, difference, NOT_MEASURED, share } from './format.ts';
import type { Section } from './frame.ts';
import { type Html, html, type HtmlValue } from './html.ts';
import { judged, type Metric, METRICS, METRICS_EXPLAINED, publishedOf } from './metrics.ts';
import { type Row, type StyledCell, table } from './table.ts';

type Published = Results['published'][number];

/** Results at the end of the run. */
export function resultsSection(results: Results): Section {
  const shown = METRICS.filter(({ key }) => results.domains.some((domain) => domain[key] !== null));
  const notes = results.domains.flatMap(({ name, notes }) => notes.map((note) => `${name}: ${note}`));
  return {
    id: 'results',
    title: 'Results',
    body: html`${table({
        caption: results.finished ? 'At the end of the run' : 'After the last finished round',
        columns: [{ title: 'Domain' }, { title: '' }, ...shown.map(({ title }) => ({ title, number: true }))],
        rows: results.domains.flatMap((domain) => domainRows(domain, results.published, shown)),
      })}
      <p class="small quiet">${METRICS_EXPLAINED}</p>
      ${table({
        caption: 'Images',
        columns: [
          { title: 'Domain' },
          { title: 'Devices', number: true },
          { title: 'Training images', number: true },
          { title: 'Test images', number: true },
        ],
        rows: results.domains.map((domain) => ({
          cells: [domain.name, count(domain.devices), count(domain.trainImages), count(domain.testImages)],
        })),
      })}
      ${
        notes.length > 0 &&
        html`<ul class="notes">
          ${notes.map((note) => html`<li>${note}</li>`)}
        </ul>`
      }
      ${coverage(results)}`,
  };
}

function domainRows(
  domain: DomainResults,
  published: readonly Published[],
  shown: readonly Metric[],
): readonly Row[] {
  const here: Row = {
    style: 'first',
    cells: [domain.name, 'here', ...shown.map(({ key, digits }) => decimal(domain[key], digits))],
  };
  const row = publishedOf(published, domain.name);
  if (!row) return [here];
  return [
    here,
    {
      style: 'minor',
      cells: [
        '',
        `published, scenario ${row.scenario}`,
        ...shown.map((metric) => decimal(publishedFigure(row, metric), metric.digits)),
      ],
    },
    {
      style: 'minor',
      cells: ['', 'difference', ...shown.map((metric) => differenceCell(domain, row, metric))],
    },
  ];
}

function publishedFigure(row: Published, { key }: Metric): number | null {
  return key === 'frechet' || key === 'realAccuracy' ? null : row[key];
}

function differenceCell(domain: DomainResults, row: Published, metric: Metric): StyledCell {
  const [here, there] = [domain[metric.key], publishedFigure(row, metric)];
  if (here === null || there === null) return { value: NOT_MEASURED, style: '' };
  return { value: difference(here - there, metric.digits), style: judged(metric, here - there) };
}

function coverage({ domains, samples }: Results): HtmlValue {
  const covered = domains.filter((domain) => domain.coverage !== null);
  if (covered.length === 0) return null;
  return html`<h3>Coverage of classes</h3>
    <p class="small quiet">
      Images were asked for evenly over the classes; this is the share that the scorer takes for each class. A
      class far below the others is one that the generator does not draw.
    </p>
    <div class="coverage">
      ${covered.map((domain) => {
        const named = samples.find(
          (sample) => sample.domain === domain.name && sample.classes.length === domain.coverage?.length,
        );
        return coverageTable(domain, named?.classes);
      })}
    </div>`;
}

function coverageTable({ name, coverage }: DomainResults, classes: readonly string[] | undefined): Html {
  const shares = coverage ?? [];
  const largest = Math.max(...shares, Number.EPSILON);
  return table({
    caption: name,
    columns: [{ title: 'Class' }, { title: 'Share', number: true }, { title: '' }],
    rows: shares.map((part, i) => ({
      cells: [
        classes?.[i] ?? i,
        share(part, 1),
        html`<span class="meter" aria-hidden="true"
          ><span style="width:${((100 * part) / largest).toFixed(1)}%"></span
        ></span>`,
      ],
    })),
  });
}
