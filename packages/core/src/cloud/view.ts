// One community as the cloud shows it: what its edges brought, together and each by itself.
import { edgeNumbers } from './edges.ts';
import { meanScore, sharesOf } from './merge.ts';
import type { CommunityView, KeptUpload } from './ports.ts';

/** All that is known of the edges, by number, and of this community. */
export interface CommunityParts {
  readonly community: number;
  readonly name: string;
  /** Of the global model. */
  readonly version: number;
  readonly weight: number;
  readonly uploads: ReadonlyMap<number, KeptUpload>;
  readonly present: ReadonlySet<number>;
  readonly contactMs: ReadonlyMap<number, number>;
  readonly isWaiting: (edge: number) => boolean;
  readonly nowMs: number;
}

/** What the pages show of it; of several edges what the newest upload says, with the mean score. */
export function communityView(parts: CommunityParts): CommunityView {
  const { community, name, weight, uploads, present, contactMs, isWaiting, nowMs } = parts;
  const edges = edgeNumbers(community);
  const contacts = edges.flatMap((edge) => contactMs.get(edge) ?? []);
  const own = edges.flatMap((edge) => uploads.get(edge) ?? []);
  const shares = sharesOf(own);
  const last = lastOf(own, parts.version);
  return {
    ...{ community, name, weight },
    present: edges.some((edge) => present.has(edge)),
    waiting: edges.some(isWaiting),
    ...(last && { last }),
    ...(contacts.length > 0 && { lastContactMs: nowMs - Math.max(...contacts) }),
    edges: edges.flatMap((edge, seat) =>
      present.has(edge) || isWaiting(edge) || shares.has(seat)
        ? [{ seat, waiting: isWaiting(edge), share: shares.get(seat) ?? 0 }]
        : [],
    ),
  };
}

function lastOf(uploads: readonly KeptUpload[], version: number): CommunityView['last'] {
  const [newest] = [...uploads].sort((a, b) => b.version - a.version);
  if (!newest) return undefined;
  const { round, iterations, version: of } = newest;
  return { round, iterations, score: meanScore(uploads), version: of, staleness: Math.max(0, version - of) };
}
