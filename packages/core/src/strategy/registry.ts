// All strategies; adding one is a file, a name and a line here.
import { asynDgan } from './asyn-dgan.ts';
import { fedGan } from './fed-gan.ts';
import { fedSplitGan } from './fed-split-gan.ts';
import { frAsync } from './fr-async.ts';
import { frSync } from './fr-sync.ts';
import { hflGan } from './hfl-gan.ts';
import { huscfGan } from './huscf-gan.ts';
import { centralised, localOnly } from './local-only.ts';
import { lrAsync } from './lr-async.ts';
import { lrSync } from './lr-sync.ts';
import { mdGan } from './md-gan.ts';
import type { StrategyName } from './names.ts';
import { pflGan } from './pfl-gan.ts';
import { regGan } from './reg-gan.ts';
import { splitOnly } from './split-only.ts';
import type { Strategy } from './strategy.ts';

const STRATEGIES: Readonly<Record<StrategyName, Strategy>> = {
  'huscf-gan': huscfGan,
  'split-only': splitOnly,
  'fed-gan': fedGan,
  'md-gan': mdGan,
  'asyn-dgan': asynDgan,
  'fed-split-gan': fedSplitGan,
  'hfl-gan': hflGan,
  'pfl-gan': pflGan,
  'fr-sync': frSync,
  'fr-async': frAsync,
  'lr-sync': lrSync,
  'lr-async': lrAsync,
  'local-only': localOnly,
  centralised,
  'reg-gan': regGan,
};

/** The strategy of that name. */
export function strategyOf(name: StrategyName): Strategy {
  return STRATEGIES[name];
}

/** Whether the devices of a run with this strategy answer one by one, and wait for nobody. */
export function isAsynchronous(name: StrategyName): boolean {
  return strategyOf(name).tiers?.pace === 'async';
}
