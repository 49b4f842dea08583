// LR sync: communities that share labels and differ in their domain; all wait for each other.
import { COMMUNITY } from './community.ts';
import type { Strategy } from './strategy.ts';

/**
 * Xiong, Li and Cai, AAAI 2023. Eqs. 1, 4 and 6 to 9: conditional on the domain; after each merge the same noise is held to
 * the same content in every domain (the invariant loss) and each domain to its own look (the specific loss).
 */
export const lrSync: Strategy = {
  ...COMMUNITY,
  name: 'lr-sync',
  title: 'LR sync (three tiers)',
  tiers: { pace: 'sync', related: 'label' },
};
