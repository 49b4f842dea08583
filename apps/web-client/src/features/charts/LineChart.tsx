// A line chart with its legend, and its numbers as a table behind a button.
import { type ReactNode, useEffect, useRef } from 'react';
import { formatCount, formatDecimal } from '../../ui/format.ts';
import { useThemeVersion } from '../../ui/use-theme-version.ts';
import { ChartFigure } from './ChartFigure.tsx';
import type { ChartData, DrawnChart } from './line-chart.ts';

/** Rows of the table behind the chart. */
const TABLE_ROWS = 60;

interface LineChartProps {
  readonly title: string;
  readonly explanation: ReactNode;
  readonly data: ChartData;
  readonly empty: string;
}

/** Draws once uPlot has loaded; keeps its height meanwhile. */
export function LineChart({ title, explanation, data, empty }: LineChartProps) {
  return (
    <ChartFigure
      title={title}
      explanation={explanation}
      table={data.x.length > 0 ? <ChartTable data={data} title={title} /> : undefined}
    >
      <ul className="chart-legend small">
        {data.lines.map((line) => (
          <li key={line.label}>
            <svg width="20" height="8" aria-hidden="true">
              <line
                x2="20"
                y1="4"
                y2="4"
                stroke={line.colour}
                strokeWidth="2"
                strokeDasharray={line.dash?.join(' ')}
              />
            </svg>
            {line.label}
          </li>
        ))}
      </ul>
      {data.x.length > 0 ? <Canvas data={data} /> : <p className="chart-canvas quiet">{empty}</p>}
    </ChartFigure>
  );
}

function Canvas({ data }: { readonly data: ChartData }) {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<DrawnChart>(undefined);
  const newest = useRef(data);
  const theme = useThemeVersion();
  useEffect(() => {
    newest.current = data;
    chart.current?.update(data);
  }, [data]);
  useEffect(() => {
    let gone = false;
    void import('./line-chart.ts').then(({ drawLineChart }) => {
      if (!gone && host.current) chart.current = drawLineChart(host.current, newest.current);
    });
    return () => {
      gone = true;
      chart.current?.remove();
      chart.current = undefined;
    };
  }, [theme]);
  return <div ref={host} className="chart-canvas" aria-hidden="true" />;
}

function cellOf(value: number | undefined): string {
  return value === undefined ? '–' : formatDecimal(value, 3);
}

function ChartTable({ data, title }: { readonly data: ChartData; readonly title: string }) {
  const rows = data.x.length;
  const every = Math.max(1, Math.ceil(rows / TABLE_ROWS));
  const shown = data.x.map((_, i) => i).filter((i) => (rows - 1 - i) % every === 0);
  return (
    <table className="table">
      <caption className="visually-hidden">{title}</caption>
      <thead>
        <tr>
          <th scope="col">{data.xLabel}</th>
          {data.lines.map((line) => (
            <th scope="col" className="number" key={line.label}>
              {line.label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {shown.map((i) => (
          <tr key={i}>
            <th scope="row">{formatCount(data.x[i] ?? 0)}</th>
            {data.lines.map((line) => (
              <td className="number" key={line.label}>
                {cellOf(line.values[i])}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
