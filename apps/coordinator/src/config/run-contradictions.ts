// Settings of a run that are each within bounds but do not go together.
import { type StrategyName, strategyOf, STRATEGY_NAMES } from '@tessera/core/strategy';

/** One of them: where it stands, and what is wrong with it. */
export interface Contradiction {
  readonly key: string;
  readonly fault: string;
}

/** Those of a run's settings as they were given; values of the wrong type are other checks' business. */
export function runContradictions(run: Readonly<Record<string, unknown>>): Contradiction[] {
  const { featureBlock, deepestCut, blocks = 5, bodies } = run;
  const found: Contradiction[] = [];
  if (featureBlock !== undefined && deepestCut !== 1)
    found.push({
      key: 'featureBlock',
      fault:
        'run.featureBlock needs run.deepestCut 1, so that every device leaves that block to the coordinator',
    });
  if (typeof featureBlock === 'number' && featureBlock >= Number(blocks))
    found.push({
      key: 'featureBlock',
      fault: `run.featureBlock must be one of blocks 2 to ${Number(blocks) - 1}, not ${featureBlock}`,
    });
  const strategy = STRATEGY_NAMES.find((name) => name === (run.strategy ?? 'huscf-gan'));
  if (bodies === 'per-cluster' && strategy && strategyOf(strategy).name !== 'huscf-gan')
    found.push({
      key: 'bodies',
      fault: `run.bodies per-cluster is of use with huscf-gan only, not with ${strategy}`,
    });
  found.push(...ofTheNetworks(run, strategy));
  const { judgeEveryRounds, heldOutShare, classes } = run;
  const judges = typeof judgeEveryRounds === 'number' && judgeEveryRounds > 0;
  if (judges && (heldOutShare === undefined || heldOutShare === 0))
    found.push({
      key: 'judgeEveryRounds',
      fault:
        'run.judgeEveryRounds needs run.heldOutShare, for example 0.1: devices judge on images that they hold out',
    });
  if (judges && Array.isArray(classes) && classes.length === 1)
    found.push({
      key: 'judgeEveryRounds',
      fault: 'run.judgeEveryRounds needs two classes or more to tell apart',
    });
  return found;
}

/** What data and condition ask of the other settings. */
function ofTheNetworks(
  run: Readonly<Record<string, unknown>>,
  strategy: StrategyName | undefined,
): Contradiction[] {
  const { data, condition, communities, judgeEveryRounds } = run;
  const found: Contradiction[] = [];
  const { schedule, synthetic } = strategyOf(strategy ?? 'huscf-gan');
  if (data === 'points' && (schedule === 'split' || schedule === 'twin' || synthetic))
    found.push({
      key: 'data',
      fault: `run.data points is for networks that are trained whole, for example with fed-gan or md-gan, not with ${strategy ?? 'huscf-gan'}`,
    });
  if (condition === 'domains' && !(Array.isArray(communities) && communities.length > 0))
    found.push({
      key: 'condition',
      fault: 'run.condition domains needs run.communities: the names of the domains, in their order',
    });
  const judges = typeof judgeEveryRounds === 'number' && judgeEveryRounds > 0;
  if (judges && (data === 'points' || (condition !== undefined && condition !== 'classes')))
    found.push({
      key: 'judgeEveryRounds',
      fault:
        'run.judgeEveryRounds needs images drawn by their classes (run.data images, run.condition classes): a classifier learns from them',
    });
  return found;
}
