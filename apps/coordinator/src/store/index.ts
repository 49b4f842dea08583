// The data directory: its lock, the run's checkpoints and samples.
export * from './data-directory.ts';
export * from './files.ts';
export * from './lock.ts';
export * from './run-store.ts';
