// Samples of past rounds never change, so that each is fetched once.
import type { RoundSamples } from '@tessera/core/session';
import { useEffect, useState } from 'react';
import { fetchSamples, fetchTierSamples } from '../api/coordinator-api.ts';

/** Rounds that are kept in memory. */
const KEPT_ROUNDS = 64;

type Load = (round: number) => Promise<RoundSamples>;

/** Fetches each round once. */
function cached(fetchRound: Load): Load {
  const cache = new Map<number, Promise<RoundSamples>>();
  return (round) => {
    const known = cache.get(round);
    if (known) return known;
    const loading = fetchRound(round);
    cache.set(round, loading);
    // A failed load is forgotten, so that the next look tries again.
    loading.catch(() => cache.delete(round));
    const oldest = cache.keys().next().value;
    if (cache.size > KEPT_ROUNDS && oldest !== undefined) cache.delete(oldest);
    return loading;
  };
}

const ofRun = cached(fetchSamples);
const ofTiers = cached(fetchTierSamples);

export type LoadedSamples =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly samples: RoundSamples }
  | { readonly state: 'failed' };

/** The samples of a round; while a new round loads, the last ones stay in sight. */
export function useRoundSamples(round: number | undefined): LoadedSamples {
  return useSamples(ofRun, round);
}

/** The samples of a version of the global model and of the communities in it. */
export function useTierSamples(version: number | undefined): LoadedSamples {
  return useSamples(ofTiers, version);
}

function useSamples(load: Load, round: number | undefined): LoadedSamples {
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
  }, [load, round]);
  return loaded;
}
