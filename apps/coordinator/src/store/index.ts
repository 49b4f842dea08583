// The data directory: its lock, the run's checkpoints and samples.
export * from './cloud-store.ts';
export * from './data-directory.ts';
export * from './edge-token.ts';
export * from './files.ts';
export * from './lock.ts';
export * from './run-store.ts';
export { samplesSchema } from './sample-files.ts';
