// The whole experiment as it was run, in groups; long groups are folded.
import { flatSettings, type Results } from '@tessera/core/report';
import { counted } from './format.ts';
import type { Section } from './frame.ts';
import { type Html, html } from './html.ts';

/** Lines of a group that are shown at once. */
const MAX_OPEN_LINES = 12;
const UNGROUPED = 'Experiment';

/** Settings as they stood in the experiment's file, overrides included. */
export function settingsSection({ settings }: Results): Section {
  const groups = new Map<string, [string, string][]>();
  for (const [path, value] of flatSettings(settings, { seeds: true })) {
    const { group, rest } = groupOf(path);
    groups.set(group, [...(groups.get(group) ?? []), [rest, value]]);
  }
  return {
    id: 'settings',
    title: 'Settings',
    body: html`<div class="settings">${[...groups].map(([name, lines]) => settingsGroup(name, lines))}</div>`,
  };
}

function settingsGroup(name: string, lines: readonly (readonly [string, string])[]): Html {
  const content = html`<table>
    <tbody>
      ${lines.map(
        ([path, value]) =>
          html`<tr>
            <td><code>${path}</code></td>
            <td>${value}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
  return html`<div class="settings-group">
    <h3>${name}</h3>
    ${
      lines.length > MAX_OPEN_LINES
        ? html`<details>
            <summary>${counted(lines.length, 'setting')}</summary>
            ${content}
          </details>`
        : content
    }
  </div>`;
}

/** "network.width" is the line "width" of "network", "domains[0].name" the line "[0].name" of "domains". */
function groupOf(path: string): { readonly group: string; readonly rest: string } {
  const end = path.search(/[.[]/);
  if (end < 0) return { group: UNGROUPED, rest: path };
  return { group: path.slice(0, end), rest: path.slice(path[end] === '.' ? end + 1 : end) };
}
