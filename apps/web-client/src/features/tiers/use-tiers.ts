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

/** The tiers as they are now; undefined where there are none, or before the first answer. */
export function useTiers(wanted: boolean): TiersView | undefined {
  const [tiers, setTiers] = useState<TiersView>();
  useEffect(() => (wanted ? repeat(fetchTiers, setTiers, { once: false }) : undefined), [wanted]);
  return tiers;
}

/** Asks until there is an answer, or for ever; an unanswered question leaves what was known. Returns how to stop. */
function repeat<T>(ask: () => Promise<T>, take: (answer: T) => void, { once }: { readonly once: boolean }) {
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
    }
    if (!(answered && once)) timer = setTimeout(() => void next(), ASK_AGAIN_MS);
  };
  void next();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
