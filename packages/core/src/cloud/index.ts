// The tier above the edges of a run in three tiers.
export * from './cloud.ts';
export * from './edges.ts';
export * from './merge.ts';
export * from './ports.ts';
