// A line chart as SVG that is drawn without a script, with its numbers as a table beneath.
import { count, decimal } from './format.ts';
import { type Html, html, type HtmlValue } from './html.ts';
import { table } from './table.ts';
import { tickDigits, ticks } from './ticks.ts';

/** A measured point; `deviation` where it is a mean of several runs. */
export interface Point {
  readonly x: number;
  readonly y: number;
  readonly deviation?: number | null;
}

/** A line: its name, its points from left to right, and which colour and dash it has, counted from 0. */
export interface Line {
  readonly label: string;
  readonly points: readonly Point[];
  readonly style: number;
}

/** What a chart shows. */
export interface ChartParts {
  readonly title: string;
  readonly explanation: string;
  readonly xName: string;
  /** Digits after the point, in the legend and the table. */
  readonly digits?: number;
  /** A value that the axis begins with at the latest. */
  readonly from?: number;
  /** Rounds are whole numbers, times are not. */
  readonly wholeX?: boolean;
  readonly lines: readonly Line[];
}

/** Units of the drawing; it is stretched to its place, line widths are not. */
const WIDTH = 1000;
const HEIGHT = 400;
/** More points than these need no dots. */
const MAX_DOTS = 40;
const LINE_STYLES = 6;
/** Lines differ in their dashes as well as in their colours. */
const DASHES = ['', '7 4', '2 4', '10 3 2 3', '', '4 3'];

interface Scales {
  readonly xTicks: readonly number[];
  readonly yTicks: readonly number[];
  /** Shares of the axis' length. */
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

/** The figure, or a sentence when there is nothing to draw. */
export function lineChart(parts: ChartParts): Html {
  const lines = parts.lines.filter(({ points }) => points.length > 0);
  const heading = html`<h3>${parts.title}</h3>
    <p class="small quiet">${parts.explanation}</p>`;
  if (lines.length === 0)
    return html`<div class="chart">
      ${heading}
      <p class="quiet">Nothing was measured.</p>
    </div>`;
  const scales = scalesOf(lines, parts);
  return html`<figure class="chart">
    ${heading}
    <ul class="legend">
      ${lines.map((line) => legendItem(line, parts.digits))}
    </ul>
    ${plot(lines, scales, parts)}
    <details>
      <summary>Numbers</summary>
      ${numbers(lines, parts)}
    </details>
  </figure>`;
}

function scalesOf(lines: readonly Line[], { from, wholeX = true }: ChartParts): Scales {
  const xs = lines.flatMap(({ points }) => points.map(({ x }) => x));
  const ys = lines.flatMap(({ points }) =>
    points.flatMap(({ y, deviation }) => [y - (deviation ?? 0), y + (deviation ?? 0)]),
  );
  const [left, right] = [least(xs), greatest(xs)];
  const yTicks = ticks(least(from === undefined ? ys : [from, ...ys]), greatest(ys));
  const [bottom, top] = [yTicks[0] ?? 0, yTicks.at(-1) ?? 1];
  return {
    xTicks: ticks(left, right, { wanted: 6, whole: wholeX }).filter((tick) => tick >= left && tick <= right),
    yTicks,
    x: (value) => (right > left ? (value - left) / (right - left) : 0.5),
    y: (value) => (value - bottom) / (top - bottom),
  };
}

function plot(lines: readonly Line[], scales: Scales, { title, xName, digits }: ChartParts): Html {
  const yDigits = tickDigits(scales.yTicks);
  const xDigits = tickDigits(scales.xTicks);
  const rules = scales.yTicks.map((tick) => `M0 ${place(HEIGHT * (1 - scales.y(tick)))}H${WIDTH}`).join('');
  const spoken = lines.map(({ label, points }) => {
    const [first, last] = [points[0], points.at(-1)];
    return `${label} from ${decimal(first?.y, digits)} to ${decimal(last?.y, digits)}`;
  });
  return html`<div class="plot">
    <div class="y" aria-hidden="true">
      ${scales.yTicks.map(
        (tick) => html`<span style="top:${percent(1 - scales.y(tick))}">${decimal(tick, yDigits)}</span>`,
      )}
    </div>
    <div class="area">
      <svg
        viewBox="0 0 ${WIDTH} ${HEIGHT}"
        preserveAspectRatio="none"
        role="img"
        aria-label="${title}: ${spoken.join('; ')}."
      >
        <path class="grid-line" d="${rules}" />
        ${lines.map((line) => drawnLine(line, scales))}
      </svg>
    </div>
    <div class="x" aria-hidden="true">
      ${scales.xTicks.map(
        (tick) => html`<span style="left:${percent(scales.x(tick))}">${decimal(tick, xDigits)}</span>`,
      )}
    </div>
    <div class="x-name" aria-hidden="true">${xName}</div>
  </div>`;
}

function drawnLine({ points, style }: Line, scales: Scales): HtmlValue {
  const at = (x: number, y: number) => `${place(WIDTH * scales.x(x))} ${place(HEIGHT * (1 - scales.y(y)))}`;
  const path = points.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${at(x, y)}`).join('');
  const spread = points.filter(({ deviation }) => typeof deviation === 'number');
  const upper = spread.map(({ x, y, deviation }) => at(x, y + (deviation ?? 0)));
  const lower = spread.map(({ x, y, deviation }) => at(x, y - (deviation ?? 0))).reverse();
  const dots = points.map(({ x, y }) => `M${at(x, y)}h.01`).join('');
  return html`<g class="${lineClass(style)}">
    ${spread.length > 1 && html`<path class="band" d="M${[...upper, ...lower].join('L')}Z" />`}
    <path class="series" d="${path}" ${dashAttribute(style)} />
    ${points.length <= MAX_DOTS && html`<path class="dots" d="${dots}" />`}
  </g> `;
}

function legendItem({ label, points, style }: Line, digits: number | undefined): Html {
  return html`<li class="${lineClass(style)}">
    <svg viewBox="0 0 28 10" aria-hidden="true">
      <path class="series" d="M0 5H28" ${dashAttribute(style)} />
    </svg>
    <span>${label} <span class="quiet">${decimal(points.at(-1)?.y, digits)}</span></span>
  </li>`;
}

function numbers(lines: readonly Line[], { title, xName, digits = 2, wholeX = true }: ChartParts): Html {
  const xs = [...new Set(lines.flatMap(({ points }) => points.map(({ x }) => x)))].sort((a, b) => a - b);
  const values = lines.map(({ points }) => new Map(points.map((point) => [point.x, point])));
  return table({
    caption: title,
    columns: [{ title: xName, number: true }, ...lines.map(({ label }) => ({ title: label, number: true }))],
    rows: xs.map((x) => ({
      cells: [
        wholeX ? count(x) : decimal(x),
        ...values.map((points) => {
          const point = points.get(x);
          const deviation = point?.deviation;
          return `${decimal(point?.y, digits)}${typeof deviation === 'number' ? ` ± ${decimal(deviation, digits)}` : ''}`;
        }),
      ],
    })),
  });
}

function lineClass(style: number): string {
  return `l${style % LINE_STYLES}`;
}

function dashAttribute(style: number): HtmlValue {
  // Beyond the last colour the colours come again with other dashes.
  const dash = DASHES[(style + Math.floor(style / LINE_STYLES)) % LINE_STYLES] ?? '';
  return dash !== '' && html` stroke-dasharray="${dash}"`;
}

function least(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b), Infinity);
}

function greatest(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b), -Infinity);
}

function place(value: number): number {
  return Number(value.toFixed(1));
}

function percent(part: number): string {
  return `${Number((100 * part).toFixed(2))}%`;
}
