// The training algorithms by name, as settings and files name them.

/** Every strategy that there is. */
export const STRATEGY_NAMES = [
  'huscf-gan',
  'split-only',
  'fed-gan',
  'md-gan',
  'asyn-dgan',
  'fed-split-gan',
  'hfl-gan',
  'pfl-gan',
  'fr-sync',
  'fr-async',
  'lr-sync',
  'lr-async',
  'local-only',
  'centralised',
  'reg-gan',
] as const;

/** One of them. */
export type StrategyName = (typeof STRATEGY_NAMES)[number];
