// What several experiments cost: the time of a step and the traffic.
import { type Results, type RunSet, spreadOf } from '@tessera/core/report';
import { bytes, decimal, duration } from './format.ts';
import type { Section } from './frame.ts';
import { table } from './table.ts';

/** Latency and traffic, a row an experiment; means where there are several seeds. */
export function comparedCosts(sets: readonly RunSet[]): Section {
  const quickest = Math.min(
    ...sets.flatMap((set) => mean(set, ({ latency }) => latency.measuredStepSeconds) ?? []),
  );
  return {
    id: 'costs',
    title: 'Time and traffic',
    body: table({
      caption: 'A step, and the whole run',
      columns: [
        { title: 'Experiment' },
        { title: 'Step, virtual', number: true },
        { title: 'Times the quickest', number: true },
        { title: 'Predicted', number: true },
        { title: 'By cost model', number: true },
        { title: 'Run, virtual', number: true },
        { title: 'Bytes a step', number: true },
        { title: 'Of a device', number: true },
        { title: 'Up in all', number: true },
        { title: 'Down in all', number: true },
      ],
      rows: sets.map((set) => {
        const step = mean(set, ({ latency }) => latency.measuredStepSeconds);
        return {
          cells: [
            set.label,
            duration(step),
            decimal(step === null || quickest === 0 ? null : step / quickest, 1),
            duration(mean(set, ({ latency }) => latency.predictedStepSeconds)),
            duration(mean(set, ({ latency }) => latency.model?.seconds)),
            duration(mean(set, ({ rounds }) => rounds.at(-1)?.seconds)),
            bytes(mean(set, ({ traffic }) => traffic.bytesPerStep)),
            bytes(mean(set, ({ traffic }) => traffic.perDevicePerStep)),
            bytes(mean(set, ({ traffic }) => traffic.bytesUp)),
            bytes(mean(set, ({ traffic }) => traffic.bytesDown)),
          ],
        };
      }),
    }),
  };
}

function mean({ runs }: RunSet, figure: (results: Results) => number | null | undefined): number | null {
  return spreadOf(runs.map(({ results }) => figure(results)))?.mean ?? null;
}
