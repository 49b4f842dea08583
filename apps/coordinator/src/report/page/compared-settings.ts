// What sets experiments apart, and which runs stand on the page.
import { type RunSet, settingDifferences } from '@tessera/core/report';
import { bulletList } from './bullet-list.ts';
import { counted, duration } from './format.ts';
import type { Section } from './frame.ts';
import { html } from './html.ts';
import type { ShownRun } from './shown-run.ts';
import { table } from './table.ts';

/** Settings that are not the same everywhere. */
export function comparedSettings(sets: readonly RunSet[]): Section {
  const differences = settingDifferences(sets);
  const same = html`<p class="quiet">
    The settings are the same${sets.length > 1 && ' in all of them'}, except for seeds.
  </p>`;
  return {
    id: 'settings',
    title: 'What differs in the settings',
    body:
      differences.length === 0
        ? same
        : table({
            caption: 'Settings that are not the same everywhere',
            columns: [{ title: 'Setting' }, ...sets.map(({ label }) => ({ title: label }))],
            rows: differences.map(({ path, values }) => ({
              cells: [html`<code>${path}</code>`, ...values.map((value) => value ?? 'not set')],
            })),
          }),
  };
}

/** Every run, its folder, and the notes that it brings. */
export function comparedRuns(runs: readonly ShownRun[]): Section {
  const notes = [...new Set(runs.flatMap(({ results }) => results.notes))];
  return {
    id: 'runs',
    title: 'Runs and notes',
    body: html`${table({
      caption: 'Runs',
      columns: [
        { title: 'Folder' },
        { title: 'Title' },
        { title: 'Strategy' },
        { title: 'Seed', number: true },
        { title: 'Devices', number: true },
        { title: 'Rounds', number: true },
        { title: 'Engine' },
        { title: 'Time here', number: true },
        { title: 'State' },
      ],
      rows: runs.map(({ folder, results }) => ({
        cells: [
          folder,
          results.title,
          results.strategy.title,
          results.seed,
          results.devices.length,
          results.rounds.length,
          results.engine,
          duration(results.rounds.at(-1)?.wallSeconds ?? null),
          results.finished ? 'finished' : `interrupted after ${counted(results.rounds.length, 'round')}`,
        ],
      })),
    })}
    ${bulletList(notes)}`,
  };
}
