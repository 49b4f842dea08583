// What volunteers are told of a run: its strategy's declaration, in words of what its devices hold.
import { type Declaration, declarationOf, devicesJudge } from './declaration.ts';
import type { StrategyName } from './names.ts';
import { strategyOf } from './registry.ts';

/** The settings of a run that decide what is told. */
export interface DeclaredRun {
  readonly strategy: StrategyName;
  readonly data: 'images' | 'points';
  readonly heldOutShare: number;
  readonly judgeEveryRounds: number;
}

/** The declaration; where a run trains on points it speaks of points, and what is sent and kept is the same. */
export function runDeclaration(run: DeclaredRun): Declaration {
  const declaration = declarationOf(strategyOf(run.strategy), devicesJudge(run));
  return run.data === 'points' ? inPoints(declaration) : declaration;
}

function inPoints({ promise, stays, goes, synthetic }: Declaration): Declaration {
  return {
    promise: ofPoints(promise),
    stays: stays.map(ofPoints),
    goes: goes.map((sending) => ({
      ...sending,
      what: ofPoints(sending.what),
      tells: ofPoints(sending.tells),
      ...(sending.passedOn !== undefined && { passedOn: ofPoints(sending.passedOn) }),
    })),
    synthetic,
  };
}

function ofPoints(sentence: string): string {
  return sentence.replaceAll(/\b(?:image|picture)(s?)\b/g, 'point$1');
}
