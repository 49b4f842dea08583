// What an experiment measured, as files.
export * from './read-results.ts';
export * from './results.ts';
