// FR async: communities with different labels; nobody waits, and late answers count less.
import { COMMUNITY } from './community.ts';
import type { Strategy } from './strategy.ts';

/**
 * Xiong, Li and Cai, AAAI 2023. Eqs. 1 to 3 and 5: the edge updates its generator at each answer, by
 * exp(-staleness); the cloud averages an arriving generator with the latest of the others.
 */
export const frAsync: Strategy = {
  ...COMMUNITY,
  name: 'fr-async',
  title: 'FR async (three tiers)',
  tiers: { pace: 'async', related: 'feature' },
};
