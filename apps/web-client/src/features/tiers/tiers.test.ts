import type { TierCommunity } from '@tessera/core/protocol';
import { describe, expect, test } from 'vitest';
import { text } from '../../ui/messages.ts';
import { communityState } from './community-state.ts';

const news = (phase: string, here = 1): NonNullable<TierCommunity['news']> => ({
  ...{ phase, here, round: 0, step: 0, committedRound: -1 },
  devices: [],
  urls: [],
});
const community = (more: Partial<TierCommunity>): TierCommunity => ({
  ...{ name: 'North', present: true, waiting: false, weight: 0, lastContactSecondsAgo: 0 },
  ...more,
});

const BROUGHT = { round: 3, iterations: 10, score: -0.7, version: 4, staleness: 0 };

describe('what a community is doing', () => {
  test.each([
    ['never', { present: false, lastContactSecondsAgo: undefined }],
    ['gone', { present: false, news: news('training') }],
    ['gone', { present: false, lastContactSecondsAgo: undefined, last: BROUGHT }],
    ['waiting', { waiting: true, news: news('federating') }],
    ['not-started', {}],
    ['no-device', { news: news('waiting-for-devices', 0) }],
    ['waiting-for-devices', { news: news('waiting-for-devices', 1) }],
    ['training', { news: news('training') }],
    ['finished', { news: news('finished') }],
  ])('PAGE-95: %s', (key, more) => {
    const { lastContactSecondsAgo, ...rest } = community(more);
    const state = communityState(
      lastContactSecondsAgo === undefined ? rest : { ...rest, lastContactSecondsAgo },
    );
    expect(state.key).toBe(key);
    expect(state.tone).toBe(
      ['never', 'gone', 'no-device', 'waiting-for-devices'].includes(key)
        ? 'warn'
        : ['not-started', 'finished'].includes(key)
          ? 'quiet'
          : 'good',
    );
  });

  test('PAGE-95: every state has its words', () => {
    const phases = ['preparing', 'training', 'federating', 'judging', 'paused', 'finished', 'not-started'];
    for (const phase of phases)
      expect(text.tiers.states[communityState(community({ news: news(phase) })).key]).toBeTypeOf('string');
  });
});
