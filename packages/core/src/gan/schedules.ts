// Which code computes which schedule, on either side.
import { type Schedule, scheduleOf } from '../architecture/index.ts';
import { Body, type BodyOptions } from './body.ts';
import { CentralGenerator, type Weighing } from './central-generator.ts';
import { type CentralPart, NoCentralPart } from './central-part.ts';
import { ClusteredBody } from './clustered-body.ts';
import type { DomainWeights } from './domain-loss.ts';
import type { Half, HalfOptions, Reading } from './half.ts';
import { JudgeHalf } from './judge-half.ts';
import { LocalHalf } from './local-half.ts';
import { RegularisedHalf } from './regularised-half.ts';
import { SplitHalf } from './split-half.ts';
import { StreamingGenerator } from './streaming-generator.ts';
import { TwinHalf } from './twin-half.ts';

/** The device's part of a step with this cut. */
export function makeHalf(options: HalfOptions): Half {
  const schedule = scheduleOf(options.cut);
  switch (schedule) {
    case 'split':
      return new SplitHalf(options);
    case 'local':
      return options.regularised ? new RegularisedHalf(options, options.regularised) : new LocalHalf(options);
    case 'twin':
      return new TwinHalf(options);
    case 'judged':
      return new JudgeHalf(options);
    default:
      return schedule satisfies never;
  }
}

/** The coordinator's part of a step; `seed` is that of the noise that it draws, where it draws any. */
export function centralPart(
  schedule: Schedule,
  options: BodyOptions & {
    readonly seed: string;
    readonly bodies?: 'shared' | 'per-cluster' | undefined;
    readonly weighing?: Weighing | undefined;
    readonly domain?: number | undefined;
    readonly besideLabels?: boolean | undefined;
    readonly reading?: Reading | undefined;
    readonly terms?: DomainWeights | undefined;
    /** Judges are waited for together, or each has its own step. */
    readonly pace?: 'sync' | 'async' | undefined;
  },
): CentralPart {
  switch (schedule) {
    case 'split':
      return options.bodies === 'per-cluster' ? new ClusteredBody(options) : new Body(options);
    case 'local':
    case 'twin':
      return new NoCentralPart();
    case 'judged':
      return options.pace === 'async' ? new StreamingGenerator(options) : new CentralGenerator(options);
    default:
      return schedule satisfies never;
  }
}
