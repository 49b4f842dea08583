// What the volunteer asks for when connecting files: kept, so that one choice can change and the rest stay.
import type { ConnectFiles } from '../volunteer/volunteer-store.ts';
import { chosenMapping, type Mapping } from './mapping.ts';
import type { PickedFile } from './picked-files.ts';

export type Invert = 'auto' | 'no' | 'yes';

export interface ConnectRequest {
  readonly files: readonly PickedFile[];
  readonly invert: Invert;
  /** Empty: folders are matched with classes by their names. */
  readonly mapping: Mapping;
  readonly keepCopy: boolean;
}

/** A first request for these files: everything else is decided by itself. */
export function firstRequest(files: readonly PickedFile[]): ConnectRequest {
  return { files, invert: 'auto', mapping: new Map(), keepCopy: false };
}

const INVERT: Readonly<Record<Invert, boolean | 'auto'>> = { auto: 'auto', no: false, yes: true };

/** The request as the Worker takes it. */
export function asMessage({ files, invert, mapping, keepCopy }: ConnectRequest): ConnectFiles {
  return {
    files,
    invert: INVERT[invert],
    keepCopy,
    ...(mapping.size > 0 && { mapping: chosenMapping(mapping) }),
  };
}
