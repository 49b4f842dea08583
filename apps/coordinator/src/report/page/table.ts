// Tables of a report, which scroll sideways by themselves on a phone.
import { type Html, html, type HtmlValue } from './html.ts';

/** A column: its heading, and whether numbers stand in it. */
export interface Column {
  readonly title: string;
  readonly number?: boolean;
}

/** A cell with a class of the style sheet. */
export interface StyledCell {
  readonly value: HtmlValue;
  readonly style: string;
}

/** A row: its cells, the first of which names it, and a class of the style sheet. */
export interface Row {
  readonly cells: readonly (HtmlValue | StyledCell)[];
  readonly style?: string;
}

/** What a table consists of. */
export interface TableParts {
  /** Says what the table holds; visible. */
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

/** Names up to this length are not broken into lines. */
const MAX_SHORT_LETTERS = 24;

/** A table whose first column stays in place while the others scroll. */
export function table({ caption, columns, rows }: TableParts): Html {
  const headings = columns.map(
    ({ title, number }) => html`<th scope="col" class="${number === true ? 'number' : ''}">${title}</th>`,
  );
  return scroll(
    caption,
    html`<table class="wide">
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${headings}
        </tr>
      </thead>
      <tbody>
        ${rows.map((row) => tableRow(row, columns))}
      </tbody>
    </table> `,
  );
}

/** Content that may be wider than the page; reached with the keyboard, too. */
export function scroll(label: string, content: Html): Html {
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0">${content}</div>`;
}

function tableRow({ cells, style = '' }: Row, columns: readonly Column[]): Html {
  return html`<tr class="${style}">
    ${cells.map((cell, i) => tableCell(cell, columns[i], i))}
  </tr> `;
}

function tableCell(cell: HtmlValue | StyledCell, column: Column | undefined, index: number): Html {
  const { value, style } = isStyled(cell) ? cell : { value: cell, style: '' };
  const short = index === 0 && typeof value === 'string' && value.length <= MAX_SHORT_LETTERS;
  const classes = [column?.number === true && 'number', short && 'short', style].filter(Boolean).join(' ');
  return index === 0
    ? html`<th scope="row" class="${classes}">${value}</th>`
    : html`<td class="${classes}">${value}</td>`;
}

function isStyled(cell: HtmlValue | StyledCell): cell is StyledCell {
  return typeof cell === 'object' && cell !== null && 'style' in cell;
}
