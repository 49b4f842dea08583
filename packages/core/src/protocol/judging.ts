// Judging by the devices: a classifier that learned from generated images, tried on images that no training has seen.
import { type ClassifierShape, classifierSpec, type GanSpec, parametersOf } from '../architecture/index.ts';
import { devicesJudge } from '../strategy/index.ts';
import type { TensorSpec } from './frame-table.ts';
import type { RunSettings } from './run-settings.ts';

/** Whether a classifier is judged after this round: after every so many, and after the last. */
export function judgesAfter(settings: RunSettings, round: number): boolean {
  const { judgeEveryRounds, rounds } = settings;
  return devicesJudge(settings) && ((round + 1) % judgeEveryRounds === 0 || round + 1 === rounds);
}

/** The classifier that devices judge. */
export function judgedShape({ imageShape, classes }: GanSpec): ClassifierShape {
  return { kind: 'classifier', shape: imageShape, classes };
}

/** What a frame with that classifier holds; throws a RangeError where there are fewer than two classes to tell apart. */
export function judgedTensors(spec: GanSpec): readonly TensorSpec[] {
  return parametersOf(classifierSpec(judgedShape(spec)), 1);
}
