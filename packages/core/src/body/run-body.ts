// The body that a run's settings ask for.
import type { Clock } from '../clock.ts';
import { domainOf, type RunSettings, runSpec } from '../protocol/index.ts';
import type { BodyPort } from '../session/index.ts';
import { strategyOf } from '../strategy/index.ts';
import { LocalBody } from './local-body.ts';

/** The epsilon of PyTorch's Adam. */
const ADAM_EPSILON = 1e-8;

/** A body for this run, in the thread that calls it, on the TensorFlow.js backend that is set. */
export function runBody(
  settings: RunSettings,
  surroundings: { readonly engine: BodyPort['engine']; readonly clock: Clock },
): LocalBody {
  const { strategy, learningRate, beta1, beta2, batch, seed, featureBlock, bodies } = settings;
  const { communities, community, reading } = settings;
  const { schedule, tiers } = strategyOf(strategy);
  return new LocalBody({
    spec: runSpec(settings),
    optimiser: { learningRate, beta1, beta2, epsilon: ADAM_EPSILON },
    schedule,
    community: communities.length > 0 ? community : undefined,
    domain: domainOf(settings),
    reading,
    pace: tiers?.pace,
    weighing: tiers ? 'realism' : 'equal',
    batch,
    featureBlock,
    bodies,
    seed,
    ...surroundings,
  });
}
