// What tests of the step share: a cohort in two halves, and the same cohort unsplit.
export * from './close.ts';
export * from './cohort.ts';
export * from './reference-cohort.ts';
export * from './split-cohort.ts';
