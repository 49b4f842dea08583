// Domains of experiments: known image sets, folders of one's own, drawn data.
export type { Domain, DomainDescription } from './domain.ts';
export * from './known-sets.ts';
export * from './load-domain.ts';
