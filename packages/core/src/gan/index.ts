// The conditional GAN in two halves: what a device computes of a step, and what the coordinator does.
export { DomainLoss, type DomainWeights } from './domain-loss.ts';
export type { Half, HalfOptions, PairWeights, Reading, StepLosses, TrainingBatch } from './half.ts';
export { centralPart, makeHalf } from './schedules.ts';
export { SplitHalf } from './split-half.ts';
export { Body } from './body.ts';
export type { BodyAnswer, BodyParticipant, CentralPart } from './central-part.ts';
export {
  drawRehearsal,
  rehearse,
  timeDeviceStep,
  type Rehearsal,
  type RehearsalOptions,
} from './rehearsal.ts';
export { initialGan } from './initial.ts';
export { withKind, withoutKind } from './names.ts';
export { TrainedBlocks } from './trained-blocks.ts';
export type { ExchangeTensors } from './plain.ts';
export { sampleGenerator, type SampleRequest } from './sampler.ts';
export { timeBlock, timeReadBack, type BlockTimingOptions } from './block-timing.ts';
