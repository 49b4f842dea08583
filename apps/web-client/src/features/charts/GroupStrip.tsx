// Group membership over the rounds: one coloured strip a device, with the letter where a group begins.
import type { DeviceView, RunView } from '@tessera/core/session';
import { groupStyle } from '../../ui/groups.ts';
import { text } from '../../ui/messages.ts';
import { ChartFigure } from './ChartFigure.tsx';
import { type GroupRow, groupRows } from './group-strip.ts';

/** Rounds that fit beside each other. */
const ROUNDS = 60;

/** Strips of all devices, or of one. */
export function GroupStrip({
  view,
  only,
}: {
  readonly view: Pick<RunView, 'groups' | 'devices' | 'names'>;
  readonly only?: DeviceView;
}) {
  const words = text.charts;
  const title = only ? words.groupsOf(only.name) : words.groups;
  const rows = groupRows(view, ROUNDS).filter((row) => only === undefined || row.id === only.id);
  if (rows.length === 0) {
    return (
      <ChartFigure title={title} table={undefined}>
        <p className="quiet">{words.groupsNone}</p>
      </ChartFigure>
    );
  }
  return (
    <ChartFigure title={title} table={<StripTable rows={rows} />}>
      <div className="group-strip" aria-hidden="true">
        {rows.map((row) => (
          <Strip key={row.id} row={row} />
        ))}
      </div>
    </ChartFigure>
  );
}

function Strip({ row }: { readonly row: GroupRow }) {
  return (
    <>
      <span className="group-strip-name">{row.name}</span>
      <span className="group-strip-row">
        {row.cells.map((cell) => {
          if (cell.cluster === undefined) return <span key={cell.round} className="group-strip-none" />;
          const { colour, ink, letter } = groupStyle(cell.cluster);
          return (
            <span key={cell.round} style={{ background: colour, color: ink }}>
              {cell.first ? letter : ''}
            </span>
          );
        })}
      </span>
    </>
  );
}

function StripTable({ rows }: { readonly rows: readonly GroupRow[] }) {
  const rounds = rows[0]?.cells.map((cell) => cell.round) ?? [];
  return (
    <table className="table">
      <caption className="visually-hidden">{text.charts.groups}</caption>
      <thead>
        <tr>
          <th scope="col">{text.charts.device}</th>
          {rounds.map((round) => (
            <th scope="col" key={round}>
              {round + 1}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id}>
            <th scope="row">{row.name}</th>
            {row.cells.map((cell) => (
              <td key={cell.round}>{cell.cluster === undefined ? '–' : groupStyle(cell.cluster).letter}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
