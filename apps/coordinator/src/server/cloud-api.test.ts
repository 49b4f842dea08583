import type { TierCommunity, TierEdge } from '@tessera/core/protocol';
import { describe, expect, it } from 'vitest';
import { placeOf } from './index.ts';

const HERE = 'http://localhost:7001/';
const NETWORK = 'https://192.168.1.7:7002/';

function community(name: string, here: number, more: Partial<TierCommunity> = {}): TierCommunity {
  const news = { phase: 'training', round: 0, step: 0, committedRound: -1, here, devices: [] };
  return {
    ...{ name, present: true, waiting: false, weight: 0 },
    news: { ...news, urls: [NETWORK, HERE], fingerprint: 'AB:CD' },
    ...more,
  };
}

const withUrls = (name: string, urls: readonly string[]) => {
  const { news, ...rest } = community(name, 0);
  return { ...rest, ...(news && { news: { ...news, urls: [...urls] } }) };
};

describe('the way to an edge', () => {
  it('TIERNET-30: a device that names its community is sent to its edge, with the fingerprint of its certificate', () => {
    const all = [community('North', 5), community('South', 2)];
    expect(placeOf(all, { community: 'North', isLocal: false })).toEqual({
      community: 'North',
      url: NETWORK,
      fingerprint: 'AB:CD',
    });
  });

  it('TIERNET-30: one that names none is sent to the edge with the fewest devices', () => {
    const all = [community('North', 5), community('South', 2), community('West', 0, { present: false })];
    expect(placeOf(all, { community: undefined, isLocal: false }).community).toBe('South');
  });

  it('TIERNET-30: of several edges of a community the one with the fewest devices that is here and can be reached', () => {
    const edge = (seat: number, here: number, more: Partial<TierEdge> = {}): TierEdge => ({
      ...{ seat, present: true, waiting: false, share: 0.25, phase: 'training', here },
      urls: [`https://192.168.1.7:${9000 + seat}/`],
      ...more,
    });
    const edges = [
      edge(0, 4),
      edge(1, 0, { present: false }),
      edge(2, 1, { urls: [HERE] }),
      edge(3, 2, { fingerprint: 'CD:EF' }),
    ];
    const all = [community('North', 7, { edges }), community('South', 3)];
    const place = { community: 'North', url: 'https://192.168.1.7:9003/', fingerprint: 'CD:EF' };
    expect(placeOf(all, { community: 'North', isLocal: false })).toEqual(place);
    expect(placeOf(all, { community: undefined, isLocal: false })).toEqual(place);
    expect(placeOf(all, { community: 'North', isLocal: true }).url).toBe(HERE);
  });

  it('TIERNET-31: an address that only its own machine can open is given to devices of that machine alone', () => {
    const all = [withUrls('North', [HERE])];
    expect(placeOf(all, { community: 'North', isLocal: true }).url).toBe(HERE);
    expect(() => placeOf(all, { community: 'North', isLocal: false })).toThrow('can reach');
  });

  it.each([
    ['East', 'unknown-community', 'North, South'],
    ['South', 'no-edge-here', '"South" has no edge at this moment'],
  ])('TIERNET-32: a community without an edge, or unknown, is refused in words (%s)', (name, code, words) => {
    const all = [community('North', 5), community('South', 2, { present: false })];
    let error: unknown;
    try {
      placeOf(all, { community: name, isLocal: false });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code });
    expect(String(error)).toContain(words);
  });
});
