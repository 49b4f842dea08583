// The conditional GAN in two halves: what a device computes of a step, and what the coordinator does.
export { DeviceHalf, type DeviceHalfOptions, type StepLosses, type TrainingBatch } from './device-half.ts';
export { Body, type BodyAnswer, type BodyParticipant } from './body.ts';
export {
  drawRehearsal,
  rehearse,
  timeDeviceStep,
  type Rehearsal,
  type RehearsalOptions,
} from './rehearsal.ts';
export { initialGan } from './initial.ts';
export { withKind, withoutKind } from './names.ts';
export type { ExchangeTensors } from './plain.ts';
export { sampleGenerator, type SampleRequest } from './sampler.ts';
export { timeBlock, timeReadBack, type BlockTimingOptions } from './block-timing.ts';
