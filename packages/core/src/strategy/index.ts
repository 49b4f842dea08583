// Training algorithms: one file each, all behind one interface.
export * from './cluster-gan.ts';
export * from './declaration.ts';
export * from './federation.ts';
export * from './names.ts';
export { isAsynchronous, strategyOf } from './registry.ts';
export * from './run-declaration.ts';
export type { Sending, Strategy, TierRules } from './strategy.ts';
export * from './synthetic.ts';
export * from './travelling-layers.ts';
