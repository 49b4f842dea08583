// LR async: communities that share labels and differ in their domain; nobody waits.
import { COMMUNITY } from './community.ts';
import type { Strategy } from './strategy.ts';

/**
 * Xiong, Li and Cai, AAAI 2023. LR sync's losses, with an edge that updates at each answer and a cloud
 * that merges at each arrival (Eq. 5).
 */
export const lrAsync: Strategy = {
  ...COMMUNITY,
  name: 'lr-async',
  title: 'LR async (three tiers)',
  tiers: { pace: 'async', related: 'label' },
};
