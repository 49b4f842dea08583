// Settings of a run that are each within bounds but do not go together.
import { strategyOf, STRATEGY_NAMES } from '@tessera/core/strategy';

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
