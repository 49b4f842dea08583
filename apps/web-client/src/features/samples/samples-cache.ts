// Samples of past rounds never change, so that each is fetched once.
import type { RoundSamples } from '@tessera/core/session';
import { useEffect, useState } from 'react';
import { fetchSamples } from '../api/coordinator-api.ts';

/** Rounds that are kept in memory. */
const KEPT_ROUNDS = 64;

const cache = new Map<number, Promise<RoundSamples>>();

function load(round: number): Promise<RoundSamples> {
  const known = cache.get(round);
  if (known) return known;
  const loading = fetchSamples(round);
  cache.set(round, loading);
  // A failed load is forgotten, so that the next look tries again.
  loading.catch(() => cache.delete(round));
  const oldest = cache.keys().next().value;
  if (cache.size > KEPT_ROUNDS && oldest !== undefined) cache.delete(oldest);
  return loading;
}

export type LoadedSamples =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly samples: RoundSamples }
  | { readonly state: 'failed' };

/** The samples of a round; while a new round loads, the last ones stay in sight. */
export function useRoundSamples(round: number | undefined): LoadedSamples {
  const [loaded, setLoaded] = useState<LoadedSamples>({ state: 'loading' });
  useEffect(() => {
    if (round === undefined) return undefined;
    let current = true;
    load(round).then(
      (samples) => {
        if (current) setLoaded({ state: 'ready', samples });
      },
      () => {
        if (current) setLoaded({ state: 'failed' });
      },
    );
    return () => {
      current = false;
    };
  }, [round]);
  return loaded;
}
