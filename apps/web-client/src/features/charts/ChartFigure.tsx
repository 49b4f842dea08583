// The frame of every chart: title, one sentence, and a table behind a button.
import { type ReactNode, useId, useState } from 'react';
import { text } from '../../ui/messages.ts';
import './charts.css';

interface ChartFigureProps {
  readonly title: string;
  readonly explanation?: ReactNode;
  /** The same numbers as a table; undefined while there are none. */
  readonly table: ReactNode | undefined;
  readonly children: ReactNode;
}

/** Shows the chart, or its table when asked. */
export function ChartFigure({ title, explanation, table, children }: ChartFigureProps) {
  const [asTable, setAsTable] = useState(false);
  const titleId = useId();
  return (
    <section className="chart" aria-labelledby={titleId}>
      <div className="chart-head">
        <h3 id={titleId}>{title}</h3>
        {table !== undefined && (
          <button
            type="button"
            className="button button-quiet small"
            aria-pressed={asTable}
            onClick={() => setAsTable(!asTable)}
          >
            {asTable ? text.charts.showChart : text.charts.showTable}
          </button>
        )}
      </div>
      {explanation !== undefined && <p className="small quiet">{explanation}</p>}
      {asTable && table !== undefined ? (
        <div className="chart-table" tabIndex={0} role="region" aria-labelledby={titleId}>
          {table}
        </div>
      ) : (
        children
      )}
    </section>
  );
}
