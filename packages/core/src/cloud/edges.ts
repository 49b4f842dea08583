// Which edge of which community: its seat there, and the number by which the cloud keeps what is its own.
import { MAXIMUM_COMMUNITIES, MAXIMUM_EDGES } from '../protocol/index.ts';
import type { CommunityUpload } from '../session/index.ts';

/** An upload, and which of its community's edges brought it. */
export interface EdgeUpload extends CommunityUpload {
  /** Counted from 0 within the community. */
  readonly seat: number;
}

/** One number for each edge: that of its community for the first, a row of all communities further for each next one. */
export function edgeNumber(community: number, seat: number): number {
  return seat * MAXIMUM_COMMUNITIES + community;
}

/** The same of whoever has both. */
export function edgeOf({ community, seat }: Pick<EdgeUpload, 'community' | 'seat'>): number {
  return edgeNumber(community, seat);
}

/** Every number that an edge of this community may have, in the order of the seats. */
export function edgeNumbers(community: number): readonly number[] {
  return Array.from({ length: MAXIMUM_EDGES }, (_, seat) => edgeNumber(community, seat));
}
