import { drawnImages, type ImageSet } from '@tessera/core/data';
import { Random } from '@tessera/core/random';
import { describe, expect, test } from 'vitest';
import { CommandFailure } from '../cli/index.ts';
import type { Domain } from '../domains/index.ts';
import { devicesOf } from './devices.ts';
import { type Experiment, experimentSchema } from './experiment.ts';
import { coordinatorOf, fleetOf, sharedLinkOf } from './fleet.ts';

function drawn(name: string, count: number): Domain {
  const train = drawnImages({ domain: 'pen', count, random: new Random(name) });
  return { name, classes: train.classNames, train, test: train, notes: [] };
}

/** A domain with one class only. */
function oneClass(name: string, count: number): Domain {
  const { train } = drawn(name, count);
  const only: ImageSet = { ...train, labels: new Uint8Array(count), classNames: ['0'] };
  return { name, classes: ['0'], train: only, test: only, notes: [] };
}

function experimentWith(changes: Readonly<Record<string, unknown>>): Experiment {
  return experimentSchema.parse({
    title: 'x',
    domains: [
      { name: 'Pen', source: 'drawn:pen' },
      { name: 'Marker', source: 'drawn:marker' },
    ],
    devices: 5,
    ...changes,
  });
}

const DOMAINS = [drawn('Pen', 150), drawn('Marker', 100)];

describe('the devices of an experiment', () => {
  test('LAB-24: each domain has its share of the devices, named and numbered, and no image is dealt twice', () => {
    const devices = devicesOf(experimentWith({}), DOMAINS, 1);
    expect(devices.map(({ name }) => name)).toEqual(['Pen 1', 'Pen 2', 'Pen 3', 'Marker 1', 'Marker 2']);
    expect(devices.map(({ samples }) => samples)).toEqual([50, 50, 50, 50, 50]);
    expect(devices.every(({ images, samples }) => images.count === samples)).toBe(true);
    const said = experimentWith({
      domains: [
        { name: 'Pen', source: 'drawn:pen', devices: 1 },
        { name: 'Marker', source: 'drawn:marker' },
      ],
    });
    expect(devicesOf(said, DOMAINS, 1).map(({ domain }) => domain)).toEqual([
      'Pen',
      ...Array<string>(4).fill('Marker'),
    ]);
  });

  test('TIERDATA-11: communities of one domain share its images out, and networks that are told domains get communities as labels', () => {
    const tiers = {
      communities: [
        { name: 'A', domain: 'Pen', devices: 2 },
        { name: 'B', domain: 'Marker', devices: 2 },
        { name: 'C', domain: 'Pen', devices: 1 },
      ],
    };
    const devices = devicesOf(experimentWith({ tiers, strategy: 'fed-gan' }), DOMAINS, 1);
    expect(devices.map(({ name, domain, community }) => [name, domain, community])).toEqual([
      ['A 1', 'Pen', 0],
      ['A 2', 'Pen', 0],
      ['C 1', 'Pen', 2],
      ['B 1', 'Marker', 1],
      ['B 2', 'Marker', 1],
    ]);
    expect(devices.map(({ samples }) => samples)).toEqual([50, 50, 50, 50, 50]);
    const told = experimentWith({ tiers, strategy: 'fed-gan', run: { condition: 'domains' } });
    expect(devicesOf(told, DOMAINS, 1).map(({ images }) => [...new Set(images.draw(20).labels)])).toEqual([
      [0],
      [0],
      [2],
      [1],
      [1],
    ]);
  });

  test('LAB-24: the seed decides who gets what, the start only in which order it is drawn', () => {
    const first = (seed: number, start: number) =>
      devicesOf(experimentWith({ seed }), DOMAINS, start)[0]?.images.draw(50) ?? { labels: [] };
    const [one, again, resumed, other] = [first(1, 1), first(1, 1), first(1, 2), first(2, 1)];
    const sorted = ({ labels }: { labels: ArrayLike<number> }) => Array.from(labels).sort();
    expect(one).toEqual(again);
    expect(one).not.toEqual(resumed);
    expect(sorted(other)).not.toEqual(sorted(one));
  });

  test('LAB-25: a strategy that pools gives all images to one device as fast as the coordinator', () => {
    const devices = devicesOf(experimentWith({ strategy: 'centralised' }), DOMAINS, 1);
    expect(devices).toHaveLength(1);
    expect(devices[0]).toMatchObject({ name: 'All images', samples: 250, profile: { roundTripSeconds: 0 } });
    expect(devices[0]?.profile.compute).toEqual(coordinatorOf(experimentWith({})).compute);
    expect(devices[0]?.images.count).toBe(250);
  });

  test.each([
    ['more devices than images', { devices: 400 }, DOMAINS, ['"Pen" has 200 devices and only 150 images']],
    ['too few images each', { devices: 20 }, DOMAINS, ['"Pen" (150 images) 10 of 10', '"Marker"']],
    [
      'more classes a device than there are',
      { partition: { rule: 'by-class', classesPerDevice: 11 } },
      DOMAINS,
      ['"Pen" has 10 classes, too few for 11', '"Marker" has 10 classes'],
    ],
    [
      'a rule that takes classes away from a domain with one class',
      { partition: { rule: 'authors', scenario: 5 } },
      [oneClass('Pen', 150), oneClass('Marker', 150)],
      ['"Pen" has one class only', '"Marker" has one class only'],
    ],
  ])(
    'LAB-26: %s: every reason is told in a sentence that says what to do',
    (_what, changes, domains, told) => {
      let failure: unknown;
      try {
        devicesOf(experimentWith(changes), domains, 1);
      } catch (error) {
        failure = error;
      }
      if (!(failure instanceof CommandFailure)) throw new Error('the images were dealt');
      expect(failure.exitCode).toBe(2);
      for (const part of told) expect(failure.message).toContain(part);
    },
  );

  test('LAB-26: a domain with one class can be dealt where no class is taken away', () => {
    const devices = devicesOf(experimentWith({}), [oneClass('Pen', 150), oneClass('Marker', 150)], 1);
    expect(devices).toHaveLength(5);
  });
});

describe('the fleet', () => {
  const profiles = [
    { name: 'Phone', gigaflopsPerSecond: 2, megabitsPerSecond: 8, share: 3 },
    { name: 'Laptop', gigaflopsPerSecond: 20, megabitsPerSecond: 80, share: 2 },
    { name: 'Server', gigaflopsPerSecond: 200, megabitsPerSecond: 800 },
  ];
  const tally = (devices: number, seed = 1) => {
    const fleet = fleetOf(experimentWith({ devices, seed, fleet: { profiles } }));
    return ['Phone', 'Laptop', 'Server'].map(
      (name) => fleet.filter(({ profileName }) => profileName === name).length,
    );
  };

  test('LAB-27: kinds of devices come by their shares, the largest remainders first', () => {
    expect(tally(6)).toEqual([3, 2, 1]);
    expect(tally(2)).toEqual([1, 1, 0]); // 1, 0.67 and 0.33
    expect(tally(4)).toEqual([2, 1, 1]); // 2, 1.33 and 0.67
    expect(tally(100).reduce((sum, count) => sum + count)).toBe(100);
  });

  test('LAB-27: the seed decides who is of which kind, and rates are read as bits', () => {
    const names = (seed: number) =>
      fleetOf(experimentWith({ devices: 30, seed, fleet: { profiles } })).map(
        ({ profileName }) => profileName,
      );
    expect(names(1)).toEqual(names(1));
    expect(names(1)).not.toEqual(names(2));
    const [device] = fleetOf(experimentWith({ devices: 2, fleet: { profiles: profiles.slice(0, 1) } }));
    expect(device?.profile).toMatchObject({
      uplinkBytesPerSecond: 1e6,
      downlinkBytesPerSecond: 1e6,
      roundTripSeconds: 0,
    });
    expect(sharedLinkOf(experimentWith({ fleet: { linkMegabitsPerSecond: 16 } }))).toBe(2e6);
    expect(sharedLinkOf(experimentWith({}))).toBeUndefined();
  });

  test('LAB-27: the paper’s seven profiles come as often as one another', () => {
    const fleet = fleetOf(experimentWith({ devices: 14 }));
    const kinds = new Set(fleet.map(({ profileName }) => profileName));
    expect(kinds.size).toBe(7);
    for (const kind of kinds) expect(fleet.filter(({ profileName }) => profileName === kind)).toHaveLength(2);
  });
});
