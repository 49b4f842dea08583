// FR sync: communities with different labels; an edge waits for its devices, the cloud for its edges.
import { COMMUNITY } from './community.ts';
import type { Strategy } from './strategy.ts';

/**
 * Xiong, Li and Cai, AAAI 2023. Eqs. 1 to 4: one step of every device an iteration; the gradients are weighed by
 * the softmax of the devices' scores, the communities' generators by that of theirs.
 */
export const frSync: Strategy = {
  ...COMMUNITY,
  name: 'fr-sync',
  title: 'FR sync (three tiers)',
  tiers: { pace: 'sync', related: 'feature' },
};
