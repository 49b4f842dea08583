import { describe, expect, test } from 'vitest';
import {
  MAXIMUM_EDGES,
  PROTOCOL_VERSION,
  requireSameSettings,
  tierGreetingFault,
} from '../protocol/index.ts';
import { memoryPair } from '../simulation/index.ts';
import { Random } from '../random.ts';
import { errorOf, tierRun, TierWorld } from '../testing/tier-world.ts';

describe('an edge greets its cloud', () => {
  test('TIERNET-1: peers of the same version agree; of another one the older is named', () => {
    const hello = { type: 'hello', protocol: PROTOCOL_VERSION, more: 1 };
    expect(tierGreetingFault(hello, 'cloud')).toBeUndefined();
    const older = tierGreetingFault({ ...hello, protocol: PROTOCOL_VERSION - 1 }, 'cloud');
    expect(older?.code).toBe('version-mismatch');
    expect(older?.message).toContain('Update the edge');
    expect(tierGreetingFault({ ...hello, protocol: PROTOCOL_VERSION - 1 }, 'edge')?.message).toContain(
      'Update the cloud',
    );
    expect(tierGreetingFault({ type: 'upload' }, 'cloud')?.code).toBe('bad-message');
  });

  test('TIERNET-1: a cloud refuses an edge of another version before it looks at the rest', async () => {
    const world = await TierWorld.open();
    const pair = memoryPair({ clock: world.clock, random: new Random('x') });
    const heard: unknown[] = [];
    pair.device.onPacket((packet) => heard.push(packet.kind === 'control' && packet.message));
    world.host.attach(pair.coordinator, '127.0.0.1');
    await pair.device.send({ kind: 'control', message: { type: 'hello', protocol: 99, nothing: 'else' } });
    await world.pass(100);
    expect(heard).toMatchObject([{ type: 'refused', code: 'version-mismatch' }]);
  });

  test('TIERNET-2: settings that must agree are compared one by one, and a refusal names what differs', async () => {
    const cloud = tierRun();
    const own = { community: 1, title: 'Other', minimumDevices: 5, maximumDevices: 9 };
    expect(() => {
      requireSameSettings(tierRun(own), cloud);
    }).not.toThrow();
    const world = await TierWorld.open();
    const error = await errorOf(world.edge('North', { settings: { seed: 2, learningRate: 0.01 } }));
    expect(error.code).toBe('settings-differ');
    expect(error.message).toContain('seed (2 at the edge, 1 in the cloud)');
    expect(error.message).toContain('learningRate');
    expect(error.message).not.toContain('title');
  });

  test('TIERNET-3: an unknown community is refused with the names that there are', async () => {
    const world = await TierWorld.open();
    const error = await errorOf(world.edge('East'));
    expect(error.code).toBe('unknown-community');
    expect(error.message).toContain('"East"');
    expect(error.message).toContain('North, South');
    expect((await errorOf(world.edge('South', { settings: { community: 0 } }))).code).toBe(
      'unknown-community',
    );
  });

  test('TIERNET-4: a community takes eight edges; a ninth is refused while all are there', async () => {
    const world = await TierWorld.open();
    const edges = [];
    for (let seat = 0; seat < MAXIMUM_EDGES; seat++) edges.push(await world.edge('North'));
    expect(edges.map(({ link }) => link.seat)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    const error = await errorOf(world.edge('North'));
    expect(error.code).toBe('community-taken');
    expect(error.message).toBe(
      '8 edges serve the community "North" at this moment, as many as one may have.',
    );
    expect((await world.edge('South')).link.seat).toBe(0);
    for (const { link } of edges) expect(link.standing.standing).toBe('connected');
  });

  test('TIERNET-4: where all seats have had their edge, a new one takes that of an edge that is away, whose token is void', async () => {
    const world = await TierWorld.open();
    const edges = [];
    for (let seat = 0; seat < MAXIMUM_EDGES; seat++) edges.push(await world.edge('North'));
    edges[3]?.link.close();
    await world.pass(100);
    expect((await world.edge('North')).link.seat).toBe(3);
    expect((await errorOf(world.edge('North', { token: edges[3]?.token }))).code).toBe('community-taken');
  });

  test('TIERNET-4: each of several edges comes back to its own seat, and a new one disturbs none that is away', async () => {
    const world = await TierWorld.open();
    const [first, second] = [await world.edge('North'), await world.edge('North')];
    first.link.close();
    second.link.close();
    await world.restart();
    expect((await world.edge('North')).link.seat).toBe(2);
    const again = await world.edge('North', { token: second.token });
    expect([again.link.seat, again.token]).toEqual([1, second.token]);
    expect((await world.edge('North', { token: first.token })).link.seat).toBe(0);
  });

  test('TIERNET-4: an edge that comes back with its token has its place at once, also after a restart of the cloud', async () => {
    const world = await TierWorld.open();
    const first = await world.edge('North');
    expect(first.token).toMatch(/^[\w-]{43}$/);
    const again = await world.edge('North', { token: first.token });
    expect(again.link.standing.standing).toBe('connected');
    expect(first.link.standing).toMatchObject({ standing: 'refused', code: 'joined-elsewhere' });
    first.link.close();
    await world.restart();
    const third = await world.edge('North', { token: first.token });
    expect(third.token).toBe(first.token);
  });

  test('TIERNET-5: a cloud with a join code lets in edges that know it', async () => {
    const world = await TierWorld.open({}, 'blue door');
    expect((await errorOf(world.edge('North'))).code).toBe('wrong-join-code');
    const edge = await world.edge('North', { joinCode: 'blue door' });
    expect(edge.link.standing.standing).toBe('connected');
  });
});
