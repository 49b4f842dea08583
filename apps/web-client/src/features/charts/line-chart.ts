// A line chart on uPlot, loaded when the first chart is shown.
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

export interface Line {
  readonly label: string;
  /** As CSS writes it, for example "var(--accent)". */
  readonly colour: string;
  readonly dash?: readonly [number, number];
  /** Undefined where the line has no point. */
  readonly values: readonly (number | undefined)[];
}

export interface ChartData {
  readonly xLabel: string;
  readonly x: readonly number[];
  readonly lines: readonly Line[];
}

export interface DrawnChart {
  update(data: ChartData): void;
  remove(): void;
}

/** Distances between ticks of the step axis: there are no halves of steps. */
const WHOLE_STEPS = [1, 2, 5]
  .flatMap((first) => [1, 10, 100, 1e3, 1e4, 1e5].map((power) => first * power))
  .sort((a, b) => a - b);

const FONT = '12px system-ui, sans-serif';

/** Draws the chart into `host`, as large as the host, and follows its size. */
export function drawLineChart(host: HTMLElement, data: ChartData): DrawnChart {
  const axis = (size: number): uPlot.Axis => ({
    stroke: resolveColour(host, 'var(--ink-quiet)'),
    grid: { stroke: resolveColour(host, 'var(--line)'), width: 1 },
    ticks: { show: false },
    font: FONT,
    size,
  });
  const chart = new uPlot(
    {
      width: host.clientWidth,
      height: host.clientHeight,
      legend: { show: false },
      cursor: { y: false, points: { size: 6 } },
      padding: [8, 16, 0, 0],
      scales: { x: { time: false } },
      axes: [{ ...axis(28), incrs: WHOLE_STEPS }, axis(44)],
      series: [
        { label: data.xLabel },
        ...data.lines.map((line): uPlot.Series => ({
          label: line.label,
          stroke: resolveColour(host, line.colour),
          width: 1.5,
          points: { show: data.x.length === 1 },
          spanGaps: true,
          ...(line.dash ? { dash: [...line.dash] } : {}),
        })),
      ],
    },
    aligned(data),
    host,
  );
  const observer = new ResizeObserver(() =>
    chart.setSize({ width: host.clientWidth, height: host.clientHeight }),
  );
  observer.observe(host);
  return {
    update: (next) => chart.setData(aligned(next)),
    remove: () => {
      observer.disconnect();
      chart.destroy();
    },
  };
}

function aligned(data: ChartData): uPlot.AlignedData {
  return [[...data.x], ...data.lines.map((line) => [...line.values])];
}

/** What a colour is here and now, as a canvas can use it. */
function resolveColour(host: HTMLElement, colour: string): string {
  const probe = document.createElement('span');
  probe.style.color = colour;
  host.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
