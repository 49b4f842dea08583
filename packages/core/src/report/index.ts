// What an experiment measured, as files.
export * from './compare.ts';
export * from './csv.ts';
export * from './read-results.ts';
export * from './results.ts';
