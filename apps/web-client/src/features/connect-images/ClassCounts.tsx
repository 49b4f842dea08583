// How many images there are of each class: seen here only.
import { balancedGrid } from '../../ui/columns.ts';
import { formatCount } from '../../ui/format.ts';
import { text } from '../../ui/messages.ts';

interface ClassCountsProps {
  readonly counts: readonly number[];
  readonly classes: readonly string[];
}

/** A small bar for every class. */
export function ClassCounts({ counts, classes }: ClassCountsProps) {
  const most = Math.max(1, ...counts);
  return (
    <div className="class-counts-block">
      <h3 className="small">{text.connect.counts}</h3>
      <ul className="class-counts balanced" style={balancedGrid(classes.length, 10, 5)}>
        {classes.map((name, index) => {
          const count = counts[index] ?? 0;
          return (
            <li key={name}>
              <span className="class-bar" aria-hidden="true">
                <span style={{ height: `${String((count / most) * 100)}%` }} />
              </span>
              <span className="class-name small">{name}</span>
              <span className="class-count quiet">{formatCount(count)}</span>
            </li>
          );
        })}
      </ul>
      <p className="small quiet">{text.connect.countsStay}</p>
    </div>
  );
}
