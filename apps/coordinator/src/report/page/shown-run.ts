// A run as a page shows it: what it measured, and its pictures.
import type { NamedRun } from '@tessera/core/report';

/** A run with the PNG files of its samples, by the path that results.json gives; a missing file is left out. */
export interface ShownRun extends NamedRun {
  readonly pictures: ReadonlyMap<string, Uint8Array>;
}
