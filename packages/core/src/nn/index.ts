// Layers as forward/backward pairs, blocks, segments, losses and optimisers on TensorFlow.js.
export * from './adam.ts';
export * from './block.ts';
export * from './cross-entropy.ts';
export * from './gradients.ts';
export * from './initialise.ts';
export type { ForwardOptions, Want } from './layers/layer.ts';
export * from './loss.ts';
export { Sgd, type Optimiser } from './optimiser.ts';
export { readAll, readHalves, readPlain } from './read.ts';
export * from './segment.ts';
export { conformanceCases, CONFORMANCE_TOLERANCE, type ConformanceCase } from './conformance/cases.ts';
export { selfTest, type SelfTestResult } from './self-test.ts';
