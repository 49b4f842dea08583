// The data directory: checkpoints, samples, locks.
export * from './files.ts';
