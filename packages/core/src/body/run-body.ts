// The body that a run's settings ask for.
import type { Clock } from '../clock.ts';
import { adamOf } from '../nn/index.ts';
import { coordinatorDrawsBeside, domainOf, type RunSettings, runSpec } from '../protocol/index.ts';
import type { BodyPort } from '../session/index.ts';
import { strategyOf } from '../strategy/index.ts';
import { LocalBody } from './local-body.ts';

/** A body for this run, in the thread that calls it, on the TensorFlow.js backend that is set. */
export function runBody(
  settings: RunSettings,
  surroundings: { readonly engine: BodyPort['engine']; readonly clock: Clock },
): LocalBody {
  const { strategy, batch, seed, featureBlock, bodies } = settings;
  const { communities, community, reading, domainTerms, lambda1, lambda2 } = settings;
  const { schedule, tiers } = strategyOf(strategy);
  return new LocalBody({
    spec: runSpec(settings),
    optimiser: adamOf(settings),
    schedule,
    community: communities.length > 0 ? community : undefined,
    domain: domainOf(settings),
    besideLabels: coordinatorDrawsBeside(settings),
    reading,
    pace: tiers?.pace,
    weighing: tiers ? 'realism' : 'equal',
    terms: tiers?.related === 'label' && domainTerms === 'edges' ? { lambda1, lambda2, batch } : undefined,
    batch,
    featureBlock,
    bodies,
    seed,
    ...surroundings,
  });
}
