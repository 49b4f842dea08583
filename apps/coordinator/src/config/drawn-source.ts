// What a headless device draws on the spot, and the flags of tessera device that say so.
import type { DrawnDomain } from '@tessera/core/data';

/** Digits of a domain, or points around the N-th of nine means, counted from 1. */
export type DrawnSource = { readonly drawn: DrawnDomain } | { readonly points: number };

/** The flags that make a device draw this. */
export function flagsOfSource(source: DrawnSource): readonly string[] {
  return 'drawn' in source ? ['--drawn', source.drawn] : ['--points', String(source.points)];
}
