import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../clock.ts';
import { domainClassifier } from '../architecture/index.ts';
import { Cloud } from '../cloud/index.ts';
import { networkParameters } from '../federate/index.ts';
import { runSettingsSchema, runSpec, type RunSettings } from '../protocol/index.ts';
import { promisesRun } from '../simulation/virtual-time.ts';
import { MemoryCloudStore } from '../testing/small-tiers.ts';
import { elementCount, type NamedTensors } from '../tensors/index.ts';
import { Community } from './community.ts';
import type { BodyState, CloudPort, RunPorts } from './ports.ts';

const settings = runSettingsSchema.parse({
  id: 'tiers',
  title: 'Three tiers',
  classes: ['x', 'y'],
  strategy: 'fr-async',
  communities: ['one', 'two'],
  community: 1,
  width: 1 / 16,
  zDim: 2,
});

function bodyOf(value: number): BodyState {
  const { generator } = runSpec(settings);
  const values: NamedTensors = new Map(
    networkParameters(generator, 1, generator.blocks.length).map(({ name, shape }) => [
      name,
      { shape, data: new Float32Array(elementCount(shape)).fill(value) },
    ]),
  );
  return { values, moments: { steps: new Map(), moments: new Map() } };
}

/** A community before a real cloud, behind a line that may be cut. */
async function opened() {
  const clock = new VirtualClock();
  const log: string[] = [];
  const store = new MemoryCloudStore();
  const cloud = await Cloud.open(settings, { clock, store, log: () => undefined });
  const line: { fault?: Error; silent?: true } = {};
  const through = <Result>(call: () => Promise<Result>): Promise<Result> => {
    if (line.silent) return new Promise(() => undefined);
    return line.fault ? Promise.reject(line.fault) : call();
  };
  const port: CloudPort = {
    merge: (upload) => through(() => cloud.merge(upload)),
    latest: () => through(() => cloud.latest()),
  };
  const ports = { clock, cloud: port, log: (_: string, event: string) => void log.push(event) };
  return { community: new Community(settings, ports), cloud, clock, line, log };
}

describe('an edge’s place in the tier above', () => {
  test('TIER-10: it brings the mean of its scores, and gets the model with what it counts', async () => {
    const { community, cloud } = await opened();
    community.beginRound();
    for (const score of [-1, -0.5]) community.scored(score);
    const model = await community.meet(4, bodyOf(1), 0);
    expect(model?.version).toBe(1);
    expect(cloud.view().communities[1]?.last).toMatchObject({ round: 4, score: -0.75, iterations: 2 });
    expect(community.view(1)).toMatchObject({
      index: 1,
      name: 'two',
      reached: true,
      weight: 1,
      score: -0.75,
    });
  });

  test('TIER-10: a cloud that is out of reach costs a line in the log; the next round is brought', async () => {
    const { community, line, log } = await opened();
    community.scored(-1);
    line.fault = new Error('the line is cut');
    expect(await community.meet(0, bodyOf(1), 0)).toBeUndefined();
    expect(log).toEqual(['cloud-lost']);
    expect(community.view(0)?.reached).toBe(false);
    delete line.fault;
    community.beginRound();
    community.scored(-1);
    expect((await community.meet(1, bodyOf(2), 0))?.version).toBe(1);
  });

  test('TIER-10: an answer that does not come is given up after mergeSeconds and a minute', async () => {
    const { community, clock, line } = await opened();
    community.scored(-1);
    line.silent = true;
    let answered = false;
    const meeting = community.meet(0, bodyOf(1), 0).then((model) => {
      answered = true;
      return model;
    });
    clock.advance(1000 * settings.mergeSeconds + 59_999);
    await promisesRun();
    expect(answered).toBe(false);
    clock.advance(1);
    expect(await meeting).toBeUndefined();
  });

  test('TIER-10: at its start it takes a model that is newer than its own, and no other', async () => {
    const { community } = await opened();
    expect(await community.newerThan(0)).toBeUndefined();
    community.scored(-1);
    await community.meet(0, bodyOf(3), 0);
    expect((await community.newerThan(0))?.version).toBe(1);
    expect(await community.newerThan(1)).toBeUndefined();
  });

  test.each<[string, (classifier: NamedTensors) => NamedTensors, string]>([
    [
      'of another shape',
      (all) => new Map([...all].map(([name, { data }]) => [name, { shape: [1], data }])),
      'is [1] where',
    ],
    ['with a missing tensor', (all) => new Map([...all].slice(1)), 'no tensor is named'],
    [
      'with a tensor too many',
      (all) => new Map([...all, ['classifier.block9.dense.bias', { shape: [1], data: Float32Array.of(0) }]]),
      'none of its own',
    ],
    [
      'with a number that is not finite',
      (all) =>
        new Map([...all].map(([name, { shape, data }]) => [name, { shape, data: data.map(() => NaN) }])),
      'block1.conv.weight, which cannot be used',
    ],
  ])('TIER-26: a domain classifier %s is not taken: the edge goes on alone', async (_what, spoil, words) => {
    const ofDomains = {
      ...settings,
      strategy: 'lr-async',
      condition: 'domains',
      domainTerms: 'edges',
    } as const;
    const network = domainClassifier(runSpec(ofDomains));
    const classifier = new Map(
      networkParameters(network, 1, network.blocks.length).map(({ name, shape }) => [
        name,
        { shape, data: new Float32Array(elementCount(shape)) },
      ]),
    );
    const own = runSpec(ofDomains).generator;
    const generator = new Map(
      networkParameters(own, 1, own.blocks.length).map(({ name, shape }) => [
        name,
        { shape, data: new Float32Array(elementCount(shape)) },
      ]),
    );
    const reasons: unknown[] = [];
    const handing = (handed: NamedTensors) => {
      const model = { version: 1, weights: new Map([[1, 1]]), generator, domainClassifier: handed };
      const cloud: CloudPort = { merge: () => Promise.resolve(model), latest: () => Promise.resolve(model) };
      const log: RunPorts['log'] = (_level, _event, fields) => void reasons.push(fields?.reason);
      return new Community(ofDomains, { clock: new VirtualClock(), cloud, log });
    };
    expect((await handing(classifier).newerThan(0))?.domainClassifier).toEqual(classifier);
    expect(await handing(spoil(classifier)).newerThan(0)).toBeUndefined();
    expect(reasons.join()).toContain(words);
  });

  test('TIER-10: a round in which nothing was scored brings nothing', async () => {
    const { community, cloud } = await opened();
    community.beginRound();
    expect(await community.meet(0, bodyOf(1), 0)).toBeUndefined();
    expect(cloud.view().version).toBe(0);
  });

  test.each<[Partial<RunSettings>, string]>([
    [{ community: 2 }, 'no community 2: this run has 2, counted from 0 (one, two)'],
    [{ strategy: 'fed-gan' }, 'FedGAN has no communities: choose fr-sync'],
  ])('TIER-5: an edge with %o is refused', (changes, words) => {
    const ports = { clock: new VirtualClock(), log: () => undefined };
    expect(() => new Community({ ...settings, ...changes }, ports)).toThrow(words);
  });
});
