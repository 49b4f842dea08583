// What each domain consists of, and how its generator covers the classes.
import type { DomainResults, Results } from '@tessera/core/report';
import { bulletList } from './bullet-list.ts';
import { count, share } from './format.ts';
import type { Section } from './frame.ts';
import { type Html, html, type HtmlValue } from './html.ts';
import { table } from './table.ts';

/** Images of every domain, their notes, and the coverage of classes. */
export function domainsSection(results: Results): Section {
  const { domains } = results;
  const notes = domains.flatMap(({ name, notes }) => notes.map((note) => `${name}: ${note}`));
  return {
    id: 'domains',
    title: 'Domains and classes',
    body: html`${table({
      caption: 'Images',
      columns: [
        { title: 'Domain' },
        { title: 'Devices', number: true },
        { title: 'Training images', number: true },
        { title: 'Test images', number: true },
      ],
      rows: domains.map((domain) => ({
        cells: [domain.name, count(domain.devices), count(domain.trainImages), count(domain.testImages)],
      })),
    })}
    ${bulletList(notes)} ${coverage(results)}`,
  };
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
    columns: [{ title: 'Class' }, { title: 'Share', number: true }, { title: 'Compared' }],
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
