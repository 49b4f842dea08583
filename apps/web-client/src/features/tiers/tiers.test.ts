import type { TierCommunity, TierEdge } from '@tessera/core/protocol';
import { describe, expect, test } from 'vitest';
import { text } from '../../ui/messages.ts';
import { communityState, edgeState } from './community-state.ts';
import { edgesHere, withOwnRun } from './edges.ts';

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

describe('several edges of a community', () => {
  const edge = (seat: number, more: Partial<TierEdge> = {}): TierEdge => ({
    ...{ seat, present: true, waiting: false, share: 0.5, phase: 'training', here: 1, urls: [] },
    lastContactSecondsAgo: 0,
    ...more,
  });

  test.each([
    ['gone', { present: false }],
    ['waiting', { waiting: true }],
    ['no-device', { phase: 'waiting-for-devices', here: 0 }],
    ['training', {}],
  ])('PAGE-96: each has its own state: %s', (key, more) => {
    expect(edgeState(edge(0, more)).key).toBe(key);
  });

  test('PAGE-96: one that a cloud started again has not heard of yet is away, not new', () => {
    const told: TierEdge = {
      ...{ seat: 0, present: false, waiting: false },
      ...{ share: 0.5, phase: 'not-started' },
      here: 0,
      urls: [],
    };
    expect(edgeState(told).key).toBe('gone');
  });

  test('PAGE-96: all of them are counted', () => {
    const communities = [community({ edges: [edge(0), edge(1, { present: false })] }), community({})];
    expect(edgesHere({ title: 'Run', version: 0, communities })).toEqual({ here: 2, all: 3 });
  });

  test('PAGE-96: on its own page an edge knows itself better than the tree does, and the others by the tree', () => {
    const told = community({ news: news('paused', 5), edges: [edge(0, { here: 3 }), edge(1, { here: 2 })] });
    const run = { ...{ phase: 'federating' as const, round: 3, step: 1, committedRound: 2 }, devices: [] };
    const shown = withOwnRun(told, run, 1);
    expect(shown.edges).toEqual([edge(0, { here: 3 }), edge(1, { phase: 'federating', here: 0 })]);
    expect(shown.news).toEqual(told.news);
    expect(withOwnRun(community({ news: news('paused', 5) }), run, 0).news).toMatchObject({
      here: 0,
      round: 3,
    });
  });
});
