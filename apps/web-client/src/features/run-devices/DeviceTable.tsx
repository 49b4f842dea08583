// All devices of the run, those with trouble first.
import type { DeviceView, RunView } from '@tessera/core/session';
import { useState } from 'react';
import { text } from '../../ui/messages.ts';
import { DeviceRow } from './DeviceRow.tsx';
import { nextSorting, sortDevices, type SortKey } from './sort.ts';
import './run-devices.css';

const COLUMNS: readonly (readonly [keyof typeof text.devices.columns, SortKey | undefined])[] = [
  ['name', 'name'],
  ['standing', 'trouble'],
  ['group', 'group'],
  ['engine', undefined],
  ['blocks', undefined],
  ['weight', 'weight'],
  ['step', 'step'],
  ['traffic', 'traffic'],
  ['seen', 'seen'],
];

/** A table whose heads sort and whose rows open. */
export function DeviceTable({ view }: { readonly view: RunView }) {
  const [sorting, setSorting] = useState({ key: 'trouble' as SortKey, descending: false });
  const [open, setOpen] = useState<string>();
  const words = text.devices;
  if (view.devices.length === 0) return <p className="quiet">{words.none}</p>;
  const slowest = slowestStep(view.devices);
  // Devices of a community are always one group.
  const columns = COLUMNS.filter(([column]) => column !== 'group' || view.community === undefined);
  return (
    <div className="device-table-scroll" tabIndex={0} role="region" aria-label={words.caption}>
      <table className="table device-table">
        <caption className="visually-hidden">{words.caption}</caption>
        <thead>
          <tr>
            {columns.map(([column, key]) => (
              <th key={column} scope="col" className={`column-${column}`} aria-sort={ariaSort(sorting, key)}>
                {key ? (
                  <button type="button" onClick={() => setSorting(nextSorting(sorting, key))}>
                    {words.columns[column]}
                    <span aria-hidden="true">{arrow(sorting, key)}</span>
                  </button>
                ) : (
                  words.columns[column]
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sortDevices(view.devices, sorting).map((device) => (
            <DeviceRow
              key={device.id}
              device={device}
              view={view}
              slowest={slowest}
              columns={columns.length}
              open={open === device.id}
              onToggle={() => setOpen(open === device.id ? undefined : device.id)}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function slowestStep(devices: readonly DeviceView[]): number {
  return Math.max(
    0.001,
    ...devices.flatMap((device) => [device.stepSeconds ?? 0, device.predictedStepSeconds ?? 0]),
  );
}

type Current = Parameters<typeof nextSorting>[0];

function ariaSort(sorting: Current, key: SortKey | undefined): 'ascending' | 'descending' | undefined {
  if (key === undefined || sorting.key !== key) return undefined;
  return sorting.descending ? 'descending' : 'ascending';
}

function arrow(sorting: Current, key: SortKey): string {
  if (sorting.key !== key) return '';
  return sorting.descending ? ' ↓' : ' ↑';
}
