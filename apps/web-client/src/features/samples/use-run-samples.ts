// The rounds for which the coordinator has samples, asked now and then by pages without a live view.
import { useEffect, useState } from 'react';
import { fetchView } from '../api/coordinator-api.ts';

const ASK_AGAIN_MS = 15_000;

/** Rounds (counted from 0) whose samples can be fetched, ascending; undefined until the coordinator has answered. */
export function useSampleRounds(wanted: boolean): readonly number[] | undefined {
  const [rounds, setRounds] = useState<readonly number[]>();
  useEffect(() => {
    if (!wanted) return undefined;
    const ask = () => {
      // An unanswered question leaves what was known.
      fetchView().then(
        (view) => setRounds(view.sampleRounds),
        () => undefined,
      );
    };
    ask();
    const timer = setInterval(ask, ASK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [wanted]);
  return rounds;
}
