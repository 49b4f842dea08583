// How well classifiers that learned from generated images do on images that devices hold out.
import type { JudgedRound } from '@tessera/core/session';
import { useMemo } from 'react';
import { GroupBadge } from '../../ui/GroupBadge.tsx';
import { text } from '../../ui/messages.ts';
import { judgedChart } from './judged.ts';
import { LineChart } from './LineChart.tsx';

/** The newest figure of each group in words, and all of them over the rounds. */
export function JudgedChart({ judged }: { readonly judged: readonly JudgedRound[] }) {
  const words = text.charts;
  const data = useMemo(() => judgedChart(judged), [judged]);
  const { round = 0, groups = [] } = judged.at(-1) ?? {};
  return (
    <>
      <LineChart title={words.judged} explanation={words.judgedWhat} data={data} empty={words.judgedNone} />
      <ul className="judged-groups">
        {groups.map(({ cluster, devices, right, total }) => (
          <li key={cluster}>
            <GroupBadge cluster={cluster} />{' '}
            {words.judgedBy({ round: round + 1, devices, total, share: right / total })}
          </li>
        ))}
      </ul>
    </>
  );
}
