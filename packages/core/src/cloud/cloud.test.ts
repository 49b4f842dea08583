import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../clock.ts';
import { networkParameters } from '../federate/index.ts';
import { type RunSettings, runSettingsSchema, runSpec } from '../protocol/index.ts';
import { Random } from '../random.ts';
import type { CommunityUpload, GlobalModel } from '../session/index.ts';
import { promisesRun } from '../simulation/virtual-time.ts';
import { elementCount, type NamedTensors, type PlainTensor, tensorNamed } from '../tensors/index.ts';
import { Cloud, type CloudCheckpoint } from './index.ts';

function settingsOf(changes: Partial<RunSettings> = {}): RunSettings {
  return runSettingsSchema.parse({
    id: 'tiers',
    title: 'Three tiers',
    classes: ['x', 'y'],
    strategy: 'fr-sync',
    communities: ['one', 'two', 'three'],
    width: 1 / 16,
    zDim: 2,
    mergeSeconds: 30,
    ...changes,
  });
}

/** A generator whose every number is a draw from this seed. */
function generatorOf(seed: number): NamedTensors {
  const { generator } = runSpec(settingsOf());
  const random = new Random(seed);
  return new Map(
    networkParameters(generator, 1, generator.blocks.length).map(({ name, shape }): [string, PlainTensor] => [
      name,
      { shape, data: Float32Array.from({ length: elementCount(shape) }, () => random.normal()) },
    ]),
  );
}

function uploadOf(community: number, score: number, changes: Partial<CommunityUpload> = {}): CommunityUpload {
  return {
    community,
    round: 0,
    generator: generatorOf(community),
    score,
    iterations: 4,
    basedOn: 0,
    ...changes,
  };
}

/** A store in memory that fails when it is told to. */
class Store {
  kept: CloudCheckpoint | undefined;
  fault: string | undefined;
  load = () => Promise.resolve(this.kept);
  commit = (checkpoint: CloudCheckpoint) => {
    if (this.fault !== undefined) return Promise.reject(new Error(this.fault));
    this.kept = checkpoint;
    return Promise.resolve();
  };
}

async function opened(changes: Partial<RunSettings> = {}, store = new Store()) {
  const clock = new VirtualClock();
  const cloud = await Cloud.open(settingsOf(changes), { clock, store, log: () => undefined });
  return { cloud, clock, store };
}

/** Where a promise stands after everything that can go on has gone on. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const done = () => {
    settled = true;
  };
  promise.then(done, done);
  await promisesRun();
  return settled;
}

/** Every number is this average of the communities'. */
function expectAverage({ generator }: GlobalModel, weights: ReadonlyMap<number, number>): void {
  const sources = [...weights].map(([k, weight]) => ({ weight, values: generatorOf(k) }));
  let worst = 0;
  for (const [name, { data }] of generator) {
    const terms = sources.map(({ weight, values }) => ({ weight, own: tensorNamed(values, name).data }));
    data.forEach((value, i) => {
      const expected = terms.reduce((sum, { weight, own }) => sum + weight * (own[i] ?? NaN), 0);
      worst = Math.max(worst, Math.abs(value - expected));
    });
  }
  expect(worst).toBeLessThan(1e-6);
}

describe('a synchronous cloud', () => {
  test('TIER-4: averages generators and their running statistics by the softmax of the scores', async () => {
    const { cloud } = await opened();
    for (const community of [0, 1, 2]) cloud.arrive(community);
    const merges = [-1.6, -0.2, -0.9].map((score, community) => cloud.merge(uploadOf(community, score)));
    const models = await Promise.all(merges);
    expect(new Set(models.map(({ version }) => version))).toEqual(new Set([1]));
    const [model] = models;
    if (!model) throw new Error('nothing was merged');
    const weights = [0.141464, 0.573663, 0.284873];
    weights.forEach((weight, k) => expect(model.weights.get(k)).toBeCloseTo(weight, 6));
    expect([...model.generator.keys()].some((name) => name.includes('running_mean'))).toBe(true);
    expectAverage(model, model.weights);
  });

  test('TIER-4: equal scores give the plain mean, and whoever comes first changes nothing', async () => {
    const orders = [
      [0, 1, 2],
      [2, 0, 1],
    ];
    const models = [];
    for (const order of orders) {
      const { cloud } = await opened();
      for (const k of order) cloud.arrive(k);
      models.push((await Promise.all(order.map((k) => cloud.merge(uploadOf(k, -0.7)))))[0]);
    }
    expect(models[0]).toEqual(models[1]);
    if (models[0]) expectAverage(models[0], new Map([0, 1, 2].map((k) => [k, 1 / 3])));
  });

  test('TIER-6: waits for every community that is there, and not for one that has gone', async () => {
    const { cloud } = await opened();
    for (const community of [0, 1, 2]) cloud.arrive(community);
    const first = cloud.merge(uploadOf(0, -1));
    const second = cloud.merge(uploadOf(1, -1));
    expect(await isSettled(first)).toBe(false);
    expect(cloud.view().communities.map(({ waiting }) => waiting)).toEqual([true, true, false]);
    cloud.leave(2);
    expect((await first).version).toBe(1);
    expect([...(await second).weights.keys()]).toEqual([0, 1]);
  });

  test('TIER-6: after mergeSeconds it goes on without the others, whose upload is the next merge’s', async () => {
    const { cloud, clock } = await opened();
    for (const community of [0, 1]) cloud.arrive(community);
    const first = cloud.merge(uploadOf(0, -1));
    clock.advance(29_999);
    expect(await isSettled(first)).toBe(false);
    clock.advance(1);
    expect((await first).version).toBe(1);
    const late = cloud.merge(uploadOf(1, -1));
    expect(await isSettled(late)).toBe(false);
    const next = cloud.merge(uploadOf(0, -1, { round: 1, basedOn: 1 }));
    expect((await next).version).toBe(2);
    expect([...(await late).weights.keys()]).toEqual([0, 1]);
  });

  test('TIER-8: an upload that comes twice while it waits counts once, and both get the answer', async () => {
    const { cloud } = await opened();
    for (const community of [0, 1]) cloud.arrive(community);
    const twice = [cloud.merge(uploadOf(0, -1)), cloud.merge(uploadOf(0, -1))];
    await cloud.merge(uploadOf(1, -1));
    for (const model of await Promise.all(twice)) expect(model.weights.get(0)).toBeCloseTo(0.5, 12);
  });
});

describe('an asynchronous cloud', () => {
  test('TIER-7: averages what arrives with the latest of the others at once', async () => {
    const { cloud } = await opened({ strategy: 'fr-async' });
    for (const community of [0, 1, 2]) cloud.arrive(community);
    expect([...(await cloud.merge(uploadOf(0, -0.2))).weights]).toEqual([[0, 1]]);
    const second = await cloud.merge(uploadOf(2, -0.9));
    expect([second.version, [...second.weights.keys()]]).toEqual([2, [0, 2]]);
    const third = await cloud.merge(uploadOf(0, -0.9, { round: 1, basedOn: 1 }));
    expect(third.weights).toEqual(new Map([0, 2].map((k) => [k, 0.5])));
    expectAverage(third, third.weights);
    const [own, , other] = cloud.view().communities;
    expect(own?.last).toMatchObject({ version: 3, staleness: 0 });
    expect(other?.last).toMatchObject({ version: 2, staleness: 1 });
  });

  test('TIER-8: the same upload once more, its answer lost, gets the newest model and merges nothing', async () => {
    const { cloud } = await opened({ strategy: 'fr-async' });
    await cloud.merge(uploadOf(0, -0.2));
    await cloud.merge(uploadOf(1, -0.3));
    expect((await cloud.merge(uploadOf(0, -0.2))).version).toBe(2);
  });
});

describe('several edges of one community', () => {
  /** Of an edge: the generator of a seed of its own. */
  const from = (community: number, seed: number, score: number, round = 0) =>
    uploadOf(community, score, { generator: generatorOf(seed), round });

  test('TIER-27: they count as one community: the softmax of their scores within, their mean score among the others', async () => {
    const { cloud } = await opened();
    cloud.arrive(0);
    cloud.arrive(0, 1);
    cloud.arrive(1);
    const first = cloud.merge(from(0, 5, -0.2));
    const other = cloud.merge(from(1, 7, -0.9));
    expect(await isSettled(first)).toBe(false);
    const second = cloud.merge(from(0, 6, -1.6), 1);
    const [model] = await Promise.all([first, other, second]);
    const within = 1 / (1 + Math.exp(-1.4));
    // Their mean score is that of the other community.
    expect([...model.weights]).toEqual([
      [0, expect.closeTo(0.5, 12)],
      [1, expect.closeTo(0.5, 12)],
    ]);
    expectAverage(
      model,
      new Map([
        [5, within / 2],
        [6, (1 - within) / 2],
        [7, 1 / 2],
      ]),
    );
    const [community] = cloud.view().communities;
    expect(community?.edges).toEqual([
      { seat: 0, waiting: false, share: expect.closeTo(within, 12) as number },
      { seat: 1, waiting: false, share: expect.closeTo(1 - within, 12) as number },
    ]);
    expect(community?.last?.score).toBeCloseTo(-0.9, 12);
    expect(cloud.brought().map(({ community: k }) => k)).toEqual([0, 1]);
  });

  test('TIER-27: who comes first changes nothing, and an asynchronous cloud takes the latest of each edge', async () => {
    const inOrder = async (order: readonly (readonly [number, number, number])[]) => {
      const { cloud } = await opened({ strategy: 'fr-async' });
      for (const [community, seat] of order) cloud.arrive(community, seat);
      let model;
      for (const [community, seat, seed] of order)
        model = await cloud.merge(from(community, seed, -1 / seed), seat);
      return model;
    };
    const edges = [
      [0, 0, 5],
      [1, 0, 7],
      [0, 1, 6],
    ] as const;
    const one = await inOrder(edges);
    expect(one).toEqual(await inOrder([edges[2], edges[0], edges[1]]));
    expect(one?.version).toBe(3);
  });

  test('TIER-28: an edge that has been gone for a whole merge counts no more once another of its community brings something', async () => {
    const { cloud, store } = await opened({ strategy: 'fr-async' });
    cloud.arrive(0);
    cloud.arrive(0, 1);
    await cloud.merge(from(0, 5, -1));
    await cloud.merge(from(0, 6, -1), 1);
    cloud.leave(0, 1);
    // It was there for a part of this merge's time.
    const third = await cloud.merge(from(0, 7, -1, 1));
    expectAverage(
      third,
      new Map([
        [6, 1 / 2],
        [7, 1 / 2],
      ]),
    );
    const fourth = await cloud.merge(from(0, 8, -1, 2));
    expectAverage(fourth, new Map([[8, 1]]));
    expect(store.kept?.uploads.size).toBe(1);
    cloud.arrive(0, 1);
    const back = await cloud.merge(from(0, 9, -1, 3), 1);
    expectAverage(
      back,
      new Map([
        [8, 1 / 2],
        [9, 1 / 2],
      ]),
    );
  });

  test('TIER-28: while nobody of its community brings anything its last upload stays, also after a restart', async () => {
    const { cloud, store } = await opened({ strategy: 'fr-async' });
    cloud.arrive(0, 1);
    cloud.arrive(1);
    await cloud.merge(from(0, 6, -1), 1);
    cloud.leave(0, 1);
    for (const round of [0, 1, 2]) await cloud.merge(from(1, 7, -1, round));
    const again = await opened({ strategy: 'fr-async' }, store);
    again.cloud.arrive(1);
    for (const round of [3, 4, 5]) {
      const model = await again.cloud.merge(from(1, 7, -1, round));
      expect([...model.weights]).toEqual([
        [0, 0.5],
        [1, 0.5],
      ]);
    }
    again.cloud.arrive(0);
    expectAverage(
      await again.cloud.merge(from(0, 5, -1)),
      new Map([
        [5, 1 / 2],
        [7, 1 / 2],
      ]),
    );
  });
});

describe('any cloud', () => {
  const tensors = generatorOf(0);
  const [first = '', some] = [...tensors][0] ?? [];
  const misshapen = new Map(tensors).set(first, { shape: [1], data: Float32Array.of(0) });
  const infinite = new Map(tensors).set(first, {
    shape: some?.shape ?? [],
    data: (some?.data ?? new Float32Array()).map(() => Infinity),
  });
  const missing = new Map([...tensors].slice(1));
  const foreign = new Map(tensors).set('discriminator.block1.conv.bias', {
    shape: [1],
    data: Float32Array.of(0),
  });

  test.each([
    [
      'a community that does not exist',
      { community: 3 },
      'no community 3: this run has 3, counted from 0 (one, two, three)',
    ],
    ['a negative community', { community: -1 }, 'no community -1'],
    ['a score that is not finite', { score: NaN }, 'Community "one" brought the score NaN'],
    ['no iterations', { iterations: 0 }, 'brought 0 local iterations'],
    ['a round below 0', { round: -1 }, 'rounds are counted from 0'],
    ['a tensor of the wrong shape', { generator: misshapen }, 'is [1] where'],
    ['a number that is not finite', { generator: infinite }, 'with a number that is not finite'],
    ['a missing tensor', { generator: missing }, 'no tensor is named'],
    ['a tensor that is no generator’s', { generator: foreign }, 'tensors where its generator has'],
  ] as const)('TIER-5: %s is refused in a sentence, and nothing changes', async (_what, changes, words) => {
    const { cloud, store } = await opened();
    await expect(cloud.merge(uploadOf(0, -1, changes))).rejects.toThrow(words);
    expect(cloud.view().version).toBe(0);
    expect(store.kept).toBeUndefined();
  });

  test('TIER-5: settings without tiers or communities are refused, and a folder of another run', async () => {
    await expect(opened({ strategy: 'md-gan' })).rejects.toThrow('MD-GAN has no cloud: choose fr-sync');
    await expect(opened({ communities: [] })).rejects.toThrow('A cloud needs its communities');
    const { cloud, store } = await opened({ strategy: 'fr-async' });
    await cloud.merge(uploadOf(0, -1));
    await expect(opened({ communities: ['one'] }, store)).rejects.toThrow('Give the run another id');
  });

  test.each([
    [{ condition: 'classes' }, 'not classes: set "condition" to "domains"'],
    [{ condition: 'domains', communities: ['one'] }, 'at least two communities, not 1'],
    [{ condition: 'domains', data: 'points' }, 'set "data" to "images"'],
  ] as const)('TIER-22: domains that cannot be compared are refused: %o', async (changes, words) => {
    const changed = {
      ...changes,
      communities: [...('communities' in changes ? changes.communities : ['one', 'two'])],
    };
    await expect(opened({ strategy: 'lr-sync', ...changed })).rejects.toThrow(words);
  });

  test.each([
    ['lambda1', 0],
    ['lambda1', 1.01],
    ['lambda2', -0.5],
    ['lambda2', NaN],
  ])('TIER-22: %s of %d is refused: it is above 0 and at most 1', (name, value) => {
    const settings = { ...settingsOf(), [name]: value };
    const { error } = runSettingsSchema.safeParse(settings);
    expect(error?.issues.map(({ path }) => path)).toEqual([[name]]);
  });

  test('TIER-8: a merge that cannot be kept changes nothing and says why', async () => {
    const { cloud, store } = await opened({ strategy: 'fr-async' });
    await cloud.merge(uploadOf(0, -1));
    store.fault = 'the disk is full';
    await expect(cloud.merge(uploadOf(1, -1))).rejects.toThrow('the disk is full');
    expect(cloud.view().version).toBe(1);
    store.fault = undefined;
    expect((await cloud.merge(uploadOf(1, -1))).version).toBe(2);
  });

  test('TIER-8: after a restart it goes on with its last merge, the latest of all communities among it', async () => {
    const { cloud, store } = await opened({ strategy: 'fr-async' });
    await cloud.merge(uploadOf(0, -1));
    const before = await cloud.latest();
    const again = await opened({ strategy: 'fr-async' }, store);
    expect(await again.cloud.latest()).toEqual(before);
    expect([...(await again.cloud.merge(uploadOf(1, -1))).weights.keys()]).toEqual([0, 1]);
  });

  test('TIER-8: what waits when a cloud is closed is merged without the others', async () => {
    const { cloud, store } = await opened();
    for (const community of [0, 1]) cloud.arrive(community);
    const waiting = cloud.merge(uploadOf(0, -1));
    await promisesRun();
    await cloud.close();
    expect((await waiting).version).toBe(1);
    expect(store.kept?.version).toBe(1);
  });
});
