// Generated images of every group: the first, the middle and the last round that there are pictures of.
import type { SampleResults } from '@tessera/core/report';
import type { Section } from './frame.ts';
import { groupBadge, groupLetter } from './groups.ts';
import { type Html, html, type HtmlValue } from './html.ts';
import type { ShownRun } from './shown-run.ts';

/** Pictures of one group and domain, by rising round. */
interface Strand {
  readonly group: number | null;
  readonly domain: string | null;
  readonly samples: readonly SampleResults[];
}

/** Sample grids per group. */
export function samplesSection(run: ShownRun): Section {
  const rows = strands(run.results.samples);
  return {
    id: 'samples',
    title: 'Generated images',
    body:
      rows.length === 0
        ? html`<p class="quiet">No pictures were kept.</p>`
        : html`<div class="sample-rows">${rows.map((strand) => strandRow(strand, run))}</div>`,
  };
}

/** The newest pictures of a run, one of each group and domain. */
export function newestPictures(run: ShownRun): HtmlValue {
  return strands(run.results.samples).map(({ group, domain, samples }) => {
    const newest = samples.at(-1);
    return (
      newest &&
      html`<div class="samples">
        <p>${strandName(group, domain)}</p>
        ${picture(newest, run)}
      </div>`
    );
  });
}

function strandRow({ group, domain, samples }: Strand, run: ShownRun): Html {
  const chosen = firstMiddleLast(samples);
  return html`<div class="samples">
    <h3>${strandName(group, domain)}</h3>
    <div class="pictures">${chosen.map((sample) => picture(sample, run))}</div>
    <p class="small quiet">${order(chosen.at(-1))}</p>
  </div>`;
}

function strandName(group: number | null, domain: string | null): HtmlValue {
  const who =
    group === null ? 'All devices' : html`${groupBadge(group)} <span>Group ${groupLetter(group)}</span>`;
  return [who, domain !== null && html` <span class="quiet">${domain}</span>`];
}

function picture(sample: SampleResults, { pictures, results }: ShownRun): Html {
  const { round, group, domain, file } = sample;
  const caption = round === 0 ? 'Before training' : `Round ${round}`;
  const png = pictures.get(file);
  const whose = `${domain ?? results.title}${group === null ? '' : `, group ${groupLetter(group)}`}`;
  const image = png
    ? html`<img
        src="data:image/png;base64,${Buffer.from(png).toString('base64')}"
        alt="Generated images of ${whose}, ${caption.toLowerCase()}. ${order(sample)}"
      />`
    : html`<p class="quiet">The file ${file} is missing.</p>`;
  return html`<figure>
    ${image}
    <figcaption>${caption}</figcaption>
  </figure>`;
}

function order(sample: SampleResults | undefined): string {
  if (!sample || sample.classes.length === 0) return '';
  const names = sample.classes.join(', ');
  return sample.classes.length === sample.columns
    ? `Columns from the left: ${names}.`
    : `In reading order, again and again: ${names}.`;
}

function strands(samples: readonly SampleResults[]): readonly Strand[] {
  const found = new Map<string, Strand>();
  for (const sample of [...samples].sort((a, b) => a.round - b.round)) {
    const { group, domain } = sample;
    const key = JSON.stringify([group, domain]);
    found.set(key, { group, domain, samples: [...(found.get(key)?.samples ?? []), sample] });
  }
  return [...found.values()].sort((a, b) => (a.group ?? -1) - (b.group ?? -1));
}

function firstMiddleLast(samples: readonly SampleResults[]): readonly SampleResults[] {
  const indices = new Set([0, Math.floor((samples.length - 1) / 2), samples.length - 1]);
  return samples.filter((_, i) => indices.has(i));
}
