// Results as an experiment would leave them, for tests.
export * from './example-results.ts';
