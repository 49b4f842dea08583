// Domains of experiments: known image sets, folders of one's own, drawn data; and how sets are fetched and checked.
export { isGaussian } from '../data/index.ts';
export * from './check-folder.ts';
export * from './convert/convert-files.ts';
export * from './convert/converted-set.ts';
export type { Domain, DomainDescription } from './domain.ts';
export * from './fetch/get-set.ts';
export * from './gaussian-domain.ts';
export * from './known-sets.ts';
export * from './load-domain.ts';
