// Which group each device was in, round by round: a row a device, a coloured cell with a letter a round.
import type { DeviceResults, Results } from '@tessera/core/report';
import { count, counted } from './format.ts';
import type { Section } from './frame.ts';
import { groupClass, groupLetter } from './groups.ts';
import { type Html, html } from './html.ts';
import { scroll } from './table.ts';

/** Rounds that fit beside each other; of more, evenly spaced ones are shown. */
const MAX_COLUMNS = 60;
/** More devices than these are folded. */
const MAX_OPEN_ROWS = 40;

type Assignment = Results['clusters'][number];

/** Group membership over the rounds. */
export function groupsSection({ clusters, devices }: Results): Section {
  const rounds = evenly(clusters, MAX_COLUMNS);
  const listed = devices.filter(({ id }) => rounds.some(({ assignment }) => assignment[id] !== undefined));
  const title = 'Groups over the rounds';
  if (listed.length === 0)
    return { id: 'groups', title, body: html`<p class="quiet">This strategy made no groups.</p>` };
  const left =
    rounds.length < clusters.length
      ? ` Of ${counted(clusters.length, 'round')}, ${count(rounds.length)} evenly spaced ones are shown.`
      : '';
  const strip = scroll('Group of each device after each round', stripTable(listed, rounds));
  return {
    id: 'groups',
    title,
    body: html`<p class="small quiet">${changes(clusters)}${left}</p>
      ${
        listed.length > MAX_OPEN_ROWS
          ? html`<details>
              <summary>${counted(listed.length, 'device')}</summary>
              ${strip}
            </details>`
          : strip
      }`,
  };
}

function stripTable(devices: readonly DeviceResults[], rounds: readonly Assignment[]): Html {
  const domains = [...new Set(devices.map(({ domain }) => domain))];
  return html`<table class="strip">
    <thead>
      <tr>
        <th scope="col">Device</th>
        ${rounds.map(({ round }) => html`<th scope="col">${round}</th>`)}
      </tr>
    </thead>
    ${domains.map(
      (domain) =>
        html`<tbody>
          <tr class="domain">
            <th scope="rowgroup" colspan="${rounds.length + 1}">${domain}</th>
          </tr>
          ${devices
            .filter((device) => device.domain === domain)
            .map(
              ({ id }) =>
                html`<tr>
                  <th scope="row">${id}</th>
                  ${rounds.map(({ assignment }) => groupCell(assignment[id]))}
                </tr> `,
            )}
        </tbody> `,
    )}
  </table>`;
}

function groupCell(group: number | undefined): Html {
  return group === undefined
    ? html`<td class="none">–</td>`
    : html`<td class="${groupClass(group)}">${groupLetter(group)}</td>`;
}

/** How often a device changed its group, in a sentence. */
function changes(clusters: readonly Assignment[]): string {
  const moves = clusters.slice(1).flatMap(({ round, assignment }, i) => {
    const before = clusters[i]?.assignment ?? {};
    return Object.entries(assignment).some(([id, group]) => (before[id] ?? group) !== group) ? [round] : [];
  });
  const last = moves.at(-1);
  return last === undefined
    ? 'No device changed its group.'
    : `Devices changed their groups in ${counted(moves.length, 'round')}, for the last time in round ${last}.`;
}

function evenly<T>(items: readonly T[], limit: number): readonly T[] {
  if (items.length <= limit) return items;
  return Array.from(
    { length: limit },
    (_, i) => items[Math.round((i * (items.length - 1)) / (limit - 1))],
  ).filter((item) => item !== undefined);
}
