// Which tier answers here, and the tree of the tiers, asked again while a page shows it.
import type { TiersView } from '@tessera/core/protocol';
import { useEffect, useState } from 'react';
import { fetchRun, fetchTiers, type RunInfo } from '../api/coordinator-api.ts';

const ASK_AGAIN_MS = 2_000;

/** What the run page must know before it shows anything; undefined until the coordinator has answered. */
export function useRunInfo(): RunInfo | undefined {
  const [info, setInfo] = useState<RunInfo>();
  useEffect(() => repeat(fetchRun, setInfo, { once: true }), []);
  return info;
}

/** The tiers as they were last told. */
export interface KnownTiers {
  /** Undefined where there are none, or before the first answer. */
  readonly tiers: TiersView | undefined;
  /** Whether the last question was answered. */
  readonly live: boolean;
}

/** The tiers, asked for again and again. */
export function useTiers(wanted: boolean): KnownTiers {
  const [known, setKnown] = useState<KnownTiers>({ tiers: undefined, live: true });
  useEffect(() => {
    if (!wanted) return undefined;
    const lost = () => {
      setKnown(({ tiers }) => ({ tiers, live: false }));
    };
    return repeat(fetchTiers, (tiers) => setKnown({ tiers, live: true }), { once: false, lost });
  }, [wanted]);
  return known;
}

interface Repetition {
  readonly once: boolean;
  /** Told of a question without an answer. */
  readonly lost?: () => void;
}

/** Asks until there is an answer, or for ever; an unanswered question leaves what was known. Returns how to stop. */
function repeat<T>(ask: () => Promise<T>, take: (answer: T) => void, { once, lost }: Repetition) {
  let stopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const next = async () => {
    let answered = false;
    try {
      const answer = await ask();
      if (stopped) return;
      take(answer);
      answered = true;
    } catch {
      if (stopped) return;
      lost?.();
    }
    if (!(answered && once)) timer = setTimeout(() => void next(), ASK_AGAIN_MS);
  };
  void next();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
