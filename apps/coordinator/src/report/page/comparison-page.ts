// The page of several runs beside each other.
import { type RunSet, runSets } from '@tessera/core/report';
import { comparedCosts } from './compared-costs.ts';
import { comparedCurves } from './compared-curves.ts';
import { comparedFigures } from './compared-figures.ts';
import { comparedRuns, comparedSettings } from './compared-settings.ts';
import { counted, list } from './format.ts';
import { document, type Section } from './frame.ts';
import { type Html, html } from './html.ts';
import { newestPictures } from './samples-section.ts';
import type { ShownRun } from './shown-run.ts';

/** A self-contained HTML document about several runs. */
export function comparisonPage(runs: readonly ShownRun[]): string {
  const sets = runSets(runs);
  const titles = [...new Set(runs.map(({ results }) => results.title))];
  const title = titles.length === 1 ? (titles[0] ?? '') : `${counted(sets.length, 'experiment')} compared`;
  return document({
    title: `${title}: comparison`,
    head: html`<p class="kicker">Tessera experiments, compared</p>
      <h1>${title}</h1>
      <p class="lead">${sentence(runs, sets)}</p>`,
    sections: [
      comparedFigures(sets),
      comparedCurves(sets),
      comparedSamples(sets, runs),
      comparedCosts(sets),
      comparedSettings(sets),
      comparedRuns(runs),
    ],
  });
}

function sentence(runs: readonly ShownRun[], sets: readonly RunSet[]): string {
  const several = sets.filter((set) => set.runs.length > 1);
  const spread =
    several.length === 0
      ? 'Each stands for one seed: small differences may be chance.'
      : 'Where an experiment was run with several seeds, figures are means ± standard deviations over them.';
  return `${counted(runs.length, 'run')} of ${counted(sets.length, 'experiment')}: ${list(sets.map(({ label }) => label))}. ${spread}`;
}

function comparedSamples(sets: readonly RunSet[], runs: readonly ShownRun[]): Section {
  return {
    id: 'samples',
    title: 'Generated images',
    body: html`<p class="small quiet">
        The newest pictures of the first run of each experiment; each column is a class where there are as
        many columns as classes.
      </p>
      <div class="pictures">${sets.map((set) => setSamples(set, runs))}</div>`,
  };
}

function setSamples({ label, runs: [first] }: RunSet, runs: readonly ShownRun[]): Html {
  const shown = runs.find((run) => run === first);
  const none = html`<p class="quiet">No pictures were kept.</p>`;
  return html`<div class="samples">
    <h3>${label}</h3>
    ${shown && shown.results.samples.length > 0 ? newestPictures(shown) : none}
  </div>`;
}
