// Configuration: the server's settings, presets, and their reading with every fault reported.
export { faultsOf } from './faults.ts';
export * from './drawn-source.ts';
export * from './edge-config.ts';
export * from './lab-run.ts';
export * from './load-config.ts';
export * from './points-lab-run.ts';
export * from './presets.ts';
export { runContradictions } from './run-contradictions.ts';
export * from './server-settings.ts';
