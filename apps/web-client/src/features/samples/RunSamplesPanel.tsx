// What the whole run draws, group by group, as far back as the coordinator keeps it.
import type { RunView } from '@tessera/core/session';
import { useId } from 'react';
import { text } from '../../ui/messages.ts';
import { GroupSamples } from './GroupSamples.tsx';
import { afterRounds, RoundSlider } from './RoundSlider.tsx';
import { EmptySampleGrid } from './SampleGrid.tsx';
import { useRoundSamples } from './samples-cache.ts';
import { useChosenRound } from './use-chosen-round.ts';
import { useSampleRounds } from './use-run-samples.ts';
import './samples.css';

interface RunSamplesProps {
  readonly title: string;
  readonly className?: string;
  /** One for each picture, see `namesOfShown`. */
  readonly names: readonly string[];
  /** Most images in a row on wide screens. */
  readonly most: number;
  /** On an edge: the community whose pictures are the first row; the second is the global model's. */
  readonly community?: RunView['community'];
  /** The rounds that can be fetched; without them the panel asks the coordinator itself. */
  readonly rounds?: readonly number[];
}

/** Samples of all groups with a slider over the rounds. */
export function RunSamplesPanel({
  title,
  className = '',
  names,
  most,
  community,
  rounds: given,
}: RunSamplesProps) {
  const asked = useSampleRounds(given === undefined);
  const rounds = given ?? asked;
  const { round, choose } = useChosenRound(rounds ?? []);
  const loaded = useRoundSamples(round);
  const titleId = useId();
  return (
    <section className={`samples ${className}`} aria-labelledby={titleId}>
      <div className="samples-head">
        <h2 id={titleId}>{title}</h2>
      </div>
      {loaded.state === 'loading' && <EmptySampleGrid labels={names} most={most} />}
      {loaded.state === 'ready' && (
        <GroupSamples samples={loaded.samples} names={names} most={most} community={community} />
      )}
      {loaded.state === 'failed' && <p className="quiet">{text.samples.failed}</p>}
      {rounds?.length === 0 && <p className="quiet">{text.samples.empty}</p>}
      {rounds !== undefined && round !== undefined && (
        <RoundSlider rounds={rounds} round={round} onRound={choose} nameOf={afterRounds} />
      )}
    </section>
  );
}
