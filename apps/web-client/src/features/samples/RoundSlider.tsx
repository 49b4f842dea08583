// Goes back through the rounds, and follows the newest when it stands at the end.
import { useEffect, useState } from 'react';
import { text } from '../../ui/messages.ts';

interface RoundSliderProps {
  /** In ascending order, at least one. */
  readonly rounds: readonly number[];
  readonly round: number;
  readonly onRound: (round: number) => void;
  /** What a round is called: samples are drawn before or after it. */
  readonly nameOf: (round: number) => string;
}

/** How long each round stays while the slider plays by itself. */
const PLAY_MS = 350;

/** A slider over the rounds that exist, with a button that plays them from the first. */
export function RoundSlider({ rounds, round, onRound, nameOf }: RoundSliderProps) {
  const [playing, setPlaying] = useState(false);
  const index = Math.max(0, rounds.indexOf(round));
  const last = rounds.length - 1;
  useEffect(() => {
    if (!playing) return undefined;
    const timer = setTimeout(() => {
      const next = rounds[index + 1];
      if (next === undefined) setPlaying(false);
      else onRound(next);
    }, PLAY_MS);
    return () => clearTimeout(timer);
  }, [playing, index, rounds, onRound]);
  const play = () => {
    const first = rounds[0];
    if (!playing && index === last && first !== undefined) onRound(first);
    setPlaying(!playing);
  };
  return (
    <div className="round-slider">
      <button type="button" className="button" disabled={last < 1} onClick={play}>
        {playing ? text.samples.stop : text.samples.play}
      </button>
      <input
        type="range"
        className="range"
        min={0}
        max={Math.max(1, last)}
        value={last < 1 ? 1 : index}
        disabled={last < 1}
        aria-label={text.samples.slider}
        aria-valuetext={nameOf(round)}
        onChange={(event) => {
          setPlaying(false);
          const chosen = rounds[Number(event.target.value)];
          if (chosen !== undefined) onRound(chosen);
        }}
      />
      <output>{nameOf(round)}</output>
    </div>
  );
}

/** The state after so many rounds of training. */
export function afterRounds(rounds: number): string {
  return rounds === 0 ? text.samples.beginning : text.samples.afterRound(rounds);
}
