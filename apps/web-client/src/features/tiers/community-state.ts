// What a community is doing, in one word, and whether that is a trouble.
import type { TierCommunity, TierEdge } from '@tessera/core/protocol';

/** A key of `text.tiers.states`, and how it is to be seen. */
export interface CommunityState {
  readonly key: string;
  readonly tone: 'good' | 'quiet' | 'warn';
}

const QUIET = new Set(['not-started', 'paused', 'finished']);

/** As much of a community as its state follows from. */
interface Told extends Pick<TierCommunity, 'present' | 'waiting' | 'lastContactSecondsAgo' | 'last'> {
  readonly news?: Pick<NonNullable<TierCommunity['news']>, 'phase' | 'here'> | undefined;
}

/** The state of a community as the tree tells it. */
export function communityState({
  present,
  waiting,
  news,
  lastContactSecondsAgo,
  last,
}: Told): CommunityState {
  // A cloud that was started again has not heard of an edge that brought something before.
  const isKnown = lastContactSecondsAgo !== undefined || last !== undefined;
  if (!present) return { key: isKnown ? 'gone' : 'never', tone: 'warn' };
  if (waiting) return { key: 'waiting', tone: 'good' };
  if (!news) return { key: 'not-started', tone: 'quiet' };
  if (news.phase === 'waiting-for-devices')
    return { key: news.here === 0 ? 'no-device' : 'waiting-for-devices', tone: 'warn' };
  return { key: news.phase, tone: QUIET.has(news.phase) ? 'quiet' : 'good' };
}

/** The same of one of several edges; each that is listed has been here or has brought something. */
export function edgeState(edge: TierEdge): CommunityState {
  const { present, waiting, phase, here, lastContactSecondsAgo = 0 } = edge;
  return communityState({ present, waiting, news: { phase, here }, lastContactSecondsAgo });
}
