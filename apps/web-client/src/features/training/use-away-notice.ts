// Notices how long the page was hidden or frozen, and what that cost.
import { useEffect, useRef, useState } from 'react';
import { text } from '../../ui/messages.ts';

/** Shorter absences are not worth a word. */
const WORTH_TELLING_SECONDS = 10;

/** A sentence after the page was in the background; undefined once `dismiss` was called. */
export function useAwayNotice(stepsMissed: number): {
  readonly notice: string | undefined;
  readonly dismiss: () => void;
} {
  const [notice, setNotice] = useState<string>();
  const missed = useRef(stepsMissed);
  useEffect(() => {
    missed.current = stepsMissed;
  }, [stepsMissed]);
  useEffect(() => {
    let left: { at: number; missed: number } | undefined;
    const changed = () => {
      if (document.hidden) {
        left = { at: Date.now(), missed: missed.current };
        return;
      }
      const seconds = left ? (Date.now() - left.at) / 1000 : 0;
      if (left && seconds >= WORTH_TELLING_SECONDS)
        setNotice(text.status.hiddenNotice(seconds, missed.current - left.missed));
      left = undefined;
    };
    document.addEventListener('visibilitychange', changed);
    return () => document.removeEventListener('visibilitychange', changed);
  }, []);
  return { notice, dismiss: () => setNotice(undefined) };
}
