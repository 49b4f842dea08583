// Groups of devices as the run page shows them: a letter, and a colour of the Okabe-Ito set that never stands alone.
import { type Html, html } from './html.ts';

/** Fill and ink of the eight colours, in the order of the run page. */
export const GROUP_COLOURS = [
  ['#e69f00', '#000000'],
  ['#56b4e9', '#000000'],
  ['#009e73', '#000000'],
  ['#cc79a7', '#000000'],
  ['#d55e00', '#000000'],
  ['#0072b2', '#ffffff'],
  ['#f0e442', '#000000'],
  ['#777777', '#000000'],
] as const;

/** A, B, C… */
export function groupLetter(group: number): string {
  return String.fromCharCode(65 + (group % 26));
}

/** The class of the style sheet that colours it. */
export function groupClass(group: number): string {
  return `g${group % GROUP_COLOURS.length}`;
}

/** A group's letter on its colour. */
export function groupBadge(group: number): Html {
  return html`<span class="badge ${groupClass(group)}">${groupLetter(group)}</span>`;
}
