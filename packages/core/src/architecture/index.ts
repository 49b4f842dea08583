// Networks as data: what a run trains, with shapes, parameter tables and costs derived from it.
export * from './layer.ts';
export * from './shapes.ts';
export * from './parameters.ts';
export * from './cgan.ts';
export * from './points.ts';
export * from './without-labels.ts';
export * from './shown.ts';
export * from './cut.ts';
export * from './held-blocks.ts';
export * from './exchanges.ts';
export * from './classifier-network.ts';
