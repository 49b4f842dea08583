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

/** A table whose first column stays in place while the others scroll. */
export function table({ caption, columns, rows }: TableParts): Html {
  return scroll(
    caption,
    html`<table class="wide">
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${columns.map(({ title, number }) => html`<th scope="col" ${numberClass(number)}>${title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ({
            cells,
            style,
          }) => html`<tr${style !== undefined && html` class="${style}"`}>${cells.map((cell, i) => tableCell(cell, columns[i], i))}</tr>
`,
        )}
      </tbody>
    </table>`,
  );
}

/** Content that may be wider than the page; reached with the keyboard, too. */
export function scroll(label: string, content: Html): Html {
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0">${content}</div>`;
}

function tableCell(cell: HtmlValue | StyledCell, column: Column | undefined, index: number): Html {
  const styled = isStyled(cell) ? cell : { value: cell, style: '' };
  const classes = [column?.number === true ? 'number' : '', styled.style]
    .filter((name) => name !== '')
    .join(' ');
  const attribute = classes === '' ? '' : html` class="${classes}"`;
  return index === 0
    ? html`<th scope="row" ${attribute}>${styled.value}</th>`
    : html`<td${attribute}>${styled.value}</td>`;
}

function isStyled(cell: HtmlValue | StyledCell): cell is StyledCell {
  return typeof cell === 'object' && cell !== null && 'style' in cell;
}

function numberClass(number: boolean | undefined): HtmlValue {
  return number === true && html` class="number"`;
}
