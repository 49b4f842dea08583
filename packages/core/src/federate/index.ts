// Weights and averages of federated learning, on plain numbers.
export * from './weights.ts';
export * from './average.ts';
export * from './cluster-bodies.ts';
export * from './layers.ts';
export * from './softmax.ts';
