// What the whole run draws, group by group, as far back as the coordinator keeps it.
import { type ReactNode, useEffect, useId, useState } from 'react';
import { text } from '../../ui/messages.ts';
import { fetchView } from '../api/coordinator-api.ts';
import { GroupSamples } from './GroupSamples.tsx';
import { afterRounds, RoundSlider } from './RoundSlider.tsx';
import { useRoundSamples } from './samples-cache.ts';
import { useChosenRound } from './use-chosen-round.ts';
import './samples.css';

interface RunSamplesProps {
  readonly title: string;
  readonly className?: string;
  /** Most images in a row on wide screens. */
  readonly most: number;
  /** Shown while the run has no samples. */
  readonly fallback: ReactNode;
  /** The rounds that can be fetched and the class names; without them the panel asks the coordinator itself. */
  readonly known?: RunSampleSource;
}

export interface RunSampleSource {
  readonly rounds: readonly number[];
  readonly classes: readonly string[];
}

const NOTHING: RunSampleSource = { rounds: [], classes: [] };
/** How often a page without a live view asks for new rounds. */
const ASK_AGAIN_MS = 15_000;

/** Samples of all groups with a slider over the rounds. */
export function RunSamplesPanel({ title, className = '', most, fallback, known }: RunSamplesProps) {
  const asked = useAskedSource(known === undefined);
  const { rounds, classes } = known ?? asked;
  const { round, choose } = useChosenRound(rounds);
  const loaded = useRoundSamples(round);
  const titleId = useId();
  return (
    <section className={`samples ${className}`} aria-labelledby={titleId}>
      <div className="samples-head">
        <h2 id={titleId}>{title}</h2>
      </div>
      {round === undefined && fallback}
      {loaded.state === 'ready' && <GroupSamples samples={loaded.samples} classes={classes} most={most} />}
      {loaded.state === 'failed' && <p className="quiet">{text.samples.failed}</p>}
      {round !== undefined && (
        <RoundSlider rounds={rounds} round={round} onRound={choose} nameOf={afterCommit} />
      )}
    </section>
  );
}

/** The coordinator draws when a round (counted from 0) is done. */
function afterCommit(round: number): string {
  return afterRounds(round + 1);
}

function useAskedSource(wanted: boolean): RunSampleSource {
  const [source, setSource] = useState(NOTHING);
  useEffect(() => {
    if (!wanted) return undefined;
    const ask = () => {
      fetchView().then(
        (view) => setSource({ rounds: view.sampleRounds, classes: view.settings.classes }),
        () => setSource((last) => last),
      );
    };
    ask();
    const timer = setInterval(ask, ASK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [wanted]);
  return source;
}
