import { describe, expect, test } from 'vitest';
import {
  edgeNewsSchema,
  MAXIMUM_CONTROL_BYTES,
  MAXIMUM_LISTED_DEVICES,
  MAXIMUM_LISTED_EDGES,
  withoutDevices,
} from '../protocol/index.ts';
import { ANSWER_DEADLINE_MS, RETURN_GRACE_MS, SILENCE_MS } from './limits.ts';
import { errorOf, newsOf, TierWorld } from '../testing/tier-world.ts';

describe('a cloud out of reach', () => {
  test('TIERNET-11: an edge starts without its cloud, and is connected when it is there', async () => {
    const world = await TierWorld.open({ strategy: 'fr-async' });
    world.reachable = false;
    const north = await world.edge('North');
    expect(north.link.standing).toEqual({ standing: 'away', reason: 'nobody listens there' });
    expect((await errorOf(north.link.merge(north.upload(0)))).code).toBe('cloud-unreachable');
    expect((await errorOf(north.link.latest())).message).toContain('nobody listens there');
    world.reachable = true;
    await world.pass(20_000);
    expect(north.link.standing.standing).toBe('connected');
    expect((await world.after(north.link.merge(north.upload(1)))).version).toBe(1);
  });

  test('TIERNET-12: a merge waits a short break out and then rejects, so that the edge goes on by itself', async () => {
    const world = await TierWorld.open();
    const [north] = [await world.edge('North'), await world.edge('South')];
    await world.pass(100);
    const merging = errorOf(north.link.merge(north.upload(0)));
    await world.pass(1_000);
    world.reachable = false;
    north.pair().cut();
    const lostAt = world.clock.now();
    const error = await world.after(merging);
    expect(error.code).toBe('cloud-unreachable');
    expect(world.clock.now() - lostAt).toBeGreaterThanOrEqual(RETURN_GRACE_MS);
    expect(world.clock.now() - lostAt).toBeLessThan(RETURN_GRACE_MS + 1_000);
    world.reachable = true;
    await world.pass(30_000);
    expect(north.link.standing.standing).toBe('connected');
  });

  test('TIERNET-12: a cloud that is there and never answers is given up', async () => {
    const world = await TierWorld.open({ mergeSeconds: 30 });
    const [north] = [await world.edge('North'), await world.edge('South')];
    await world.pass(100);
    world.keepsDisk = false;
    const startedAt = world.clock.now();
    const error = await world.after(errorOf(north.link.merge(north.upload(0))));
    expect(error.code).toBe('cloud-unreachable');
    expect(world.clock.now() - startedAt).toBeGreaterThanOrEqual(30_000 + ANSWER_DEADLINE_MS);
    expect(world.clock.now() - startedAt).toBeLessThan(35_000 + ANSWER_DEADLINE_MS);
  });

  test('TIERNET-55: the last round of a finished edge is brought on its return; an edge at work brings its next one', async () => {
    const world = await TierWorld.open({ strategy: 'fr-async' });
    const [north, south] = [await world.edge('North'), await world.edge('South')];
    world.reachable = false;
    for (const edge of [north, south]) {
      edge.pair().cut();
      expect((await world.after(errorOf(edge.link.merge(edge.upload(7))))).code).toBe('cloud-unreachable');
    }
    north.news = newsOf('finished');
    world.reachable = true;
    await world.pass(30_000);
    expect(south.link.standing.standing).toBe('connected');
    const brought = world.host.tree().communities.map(({ last }) => last?.round);
    expect(brought).toEqual([7, undefined]);
    await world.restart();
    await world.pass(30_000);
    expect(world.commits).toBe(1);
  });

  test('TIERNET-13: an edge that falls silent is gone for the cloud, and a silent cloud for the edge', async () => {
    const world = await TierWorld.open();
    const north = await world.edge('North');
    await world.pass(1_000);
    expect(world.host.tree().communities[0]).toMatchObject({ present: true });
    north.pair().stall('coordinator', true);
    await world.pass(SILENCE_MS + 1_000);
    expect(world.log.map(({ event }) => event)).toContain('cloud-lost');
    await world.pass(20_000);
    expect(north.connections()).toBeGreaterThan(1);
    expect(north.link.standing.standing).toBe('connected');
    world.reachable = false;
    north.link.close();
    await world.pass(SILENCE_MS);
    const community = world.host.tree().communities[0];
    expect(community).toMatchObject({ present: false });
    expect(community?.lastContactSecondsAgo).toBeGreaterThan(10);
  });

  test('TIERNET-14: the tree shows what the edges say, what they brought and when; edges get it too', async () => {
    const world = await TierWorld.open({ strategy: 'fr-async' });
    const north = await world.edge('North');
    const device = {
      ...{ id: 'device-00001', name: 'Pen 1', kind: 'node' as const, connected: true },
      ...{ standing: 'training', lastSeenSecondsAgo: 0.5 },
    };
    north.news = { ...newsOf('training'), devices: [device] };
    await world.after(north.link.merge(north.upload(4, { score: -0.7 })));
    await world.pass(7_000);
    const tree = world.host.tree();
    expect(tree).toMatchObject({ title: 'Three tiers', version: 1 });
    expect(tree.communities[0]).toMatchObject({
      name: 'North',
      present: true,
      weight: 1,
      last: { round: 4, score: -0.7, version: 1, staleness: 0 },
      news: { phase: 'training', here: 1, devices: [{ name: 'Pen 1' }] },
    });
    expect(tree.communities[1]).toMatchObject({ name: 'South', present: false, weight: 0 });
    expect(tree.communities[1]?.news).toBeUndefined();
    expect(north.link.tree).toMatchObject({ version: 1, communities: [{ news: { devices: [] } }, {}] });
  });

  test('TIERNET-15: of several edges the tree lists each, and tells of the community what they are together', async () => {
    const world = await TierWorld.open({ strategy: 'fr-async' });
    const [first, second] = [await world.edge('North'), await world.edge('North')];
    const device = (name: string) => ({
      ...{ id: `device-${name}`, name, kind: 'node' as const, connected: true },
      ...{ standing: 'training', lastSeenSecondsAgo: 0.5 },
    });
    first.news = { ...newsOf('training'), here: 1, devices: [device('a')] };
    second.news = {
      ...newsOf('training', ['http://localhost:8888/']),
      here: 2,
      devices: [device('b'), device('c')],
    };
    await world.after(first.link.merge(first.upload(4, { score: -0.2 })));
    await world.after(second.link.merge(second.upload(6, { score: -0.9 })));
    await world.pass(7_000);
    const [north] = world.host.tree().communities;
    expect(north).toMatchObject({
      ...{ present: true, weight: 1, last: { round: 6, score: -0.55, version: 2 } },
      news: { here: 3, devices: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] },
      edges: [
        { seat: 0, present: true, here: 1, urls: ['http://localhost:7777/'] },
        { seat: 1, present: true, here: 2, urls: ['http://localhost:8888/'] },
      ],
    });
    const [share = 0, other = 0] = (north?.edges ?? []).map((edge) => edge.share);
    expect(share).toBeCloseTo(1 / (1 + Math.exp(-0.7)), 12);
    expect(share + other).toBeCloseTo(1, 12);
    expect(second.link.tree?.communities[0]?.edges).toMatchObject([{ here: 1 }, { here: 2, urls: [] }]);
    second.link.close();
    await world.pass(1_000);
    expect(world.host.tree().communities[0]).toMatchObject({
      ...{ present: true, news: { here: 1 } },
      edges: [{ present: true }, { present: false }],
    });
  });

  test('TIERNET-14: the longest tree and the longest news fit a control message', () => {
    const url = `https://${'a'.repeat(100)}.example/`.slice(0, 119);
    const device = {
      ...{ id: 'd'.repeat(40), name: 'n'.repeat(120), kind: 'browser' as const, connected: true },
      ...{ standing: 'speed-check-wanted', lastSeenSecondsAgo: 12.345 },
    };
    const news = edgeNewsSchema.parse({
      ...newsOf('waiting-for-devices', [url, url, url, url]),
      devices: Array.from({ length: MAXIMUM_LISTED_DEVICES }, () => device),
    });
    expect(JSON.stringify(news).length).toBeLessThan(MAXIMUM_CONTROL_BYTES);
    const last = { round: 1e6, iterations: 1e4, score: -0.123456789012, version: 1e6, staleness: 10 };
    const community = {
      ...{ name: 'c'.repeat(40), present: true, waiting: false, weight: 0.123456789012 },
      ...{ lastContactSecondsAgo: 0.123456789, last, news },
    };
    const edge = {
      ...{ seat: 7, present: false, waiting: false, share: 0.123456789012, phase: 'waiting-for-devices' },
      ...{ here: 150, lastContactSecondsAgo: 123.456789, urls: [url, url, url, url], fingerprint: url },
    };
    const tree = {
      title: 't'.repeat(80),
      version: 1e6,
      communities: Array.from({ length: 64 }, () => community),
    };
    expect(JSON.stringify(withoutDevices(tree)).length).toBeLessThan(MAXIMUM_CONTROL_BYTES);
    const listing = (edges: number, communities: number) =>
      withoutDevices({
        ...tree,
        communities: tree.communities.map((each, k) =>
          k < communities ? { ...each, edges: Array.from({ length: edges }, () => edge) } : each,
        ),
      });
    const most = listing(8, MAXIMUM_LISTED_EDGES / 8);
    expect(most.communities[0]?.edges).toHaveLength(8);
    expect(JSON.stringify(most).length).toBeLessThan(MAXIMUM_CONTROL_BYTES);
    const beyond = listing(8, 64);
    expect(beyond.communities[0]?.edges).toBeUndefined();
    expect(JSON.stringify(beyond).length).toBeLessThan(MAXIMUM_CONTROL_BYTES);
  });
});
