// Partitions: which images of which domain each device of an experiment holds.
export type { Scenario } from './authors.ts';
export { PartitionError } from './partition-error.ts';
export * from './partition.ts';
