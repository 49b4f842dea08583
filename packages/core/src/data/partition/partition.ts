// Deals the images of each domain to its devices: the paper authors' scenarios, and other common rules.
import { Random } from '../../random.ts';
import { authorsCaps, authorsExclusions, type Scenario } from './authors.ts';
import { byClassSplit } from './by-class-split.ts';
import { dirichletSplit } from './dirichlet-split.ts';
import { equalSplit } from './equal-split.ts';
import { PartitionError } from './partition-error.ts';
import { resultFaults, wishFaults } from './partition-faults.ts';

/** One data set, and how many devices share it. */
export interface PartitionDomain {
  readonly name: string;
  /** The class index of every training image. */
  readonly labels: Uint8Array;
  readonly classes: number;
  readonly devices: number;
}

/** How images are dealt. */
export type PartitionRule =
  /** The authors' scenarios: equal parts, some labels left out, some devices cut short, by Python's random numbers. */
  | { readonly rule: 'authors'; readonly scenario: Scenario }
  /** Equal parts at random. */
  | { readonly rule: 'iid' }
  /** Each device's mix of classes drawn from a Dirichlet distribution with this concentration. */
  | { readonly rule: 'dirichlet'; readonly alpha: number }
  /** Each device holds this many classes. */
  | { readonly rule: 'by-class'; readonly classesPerDevice: number };

/** How a partition is made. */
export interface PartitionOptions {
  readonly rule: PartitionRule;
  /** Shifts the authors' seeds, and seeds everything else; 0 gives the authors' own exclusions and caps. */
  readonly seed: number;
  /** The largest number of images of a device; smaller caps of a scenario scale with it. */
  readonly imagesPerDevice?: number | undefined;
}

/** The images of one device. */
export interface DevicePart {
  /** The index of the device's domain. */
  readonly domain: number;
  /** Positions in the domain's training images, ascending. */
  readonly positions: readonly number[];
  /** Labels that the rule keeps from this device. */
  readonly excluded: readonly number[];
  /** The most images that this device could have got. */
  readonly cap: number;
}

/**
 * The parts of all devices, those of domain 0 first; no image is dealt twice. Without `imagesPerDevice` the authors' rule
 * starts from 60,000 images over all devices, and the other rules deal out the whole domain. Throws a PartitionError with
 * every reason why it cannot be done.
 */
export function partition(domains: readonly PartitionDomain[], options: PartitionOptions): DevicePart[] {
  const faults = wishFaults(domains, options);
  if (faults.length > 0) throw new PartitionError(faults);
  const { rule } = options;
  const parts =
    rule.rule === 'authors'
      ? authorsParts(domains, { ...options, scenario: rule.scenario })
      : domains.flatMap((domain, index) => ownParts(domain, { ...options, rule, index }));
  const poor = resultFaults(domains, parts);
  if (poor.length > 0) throw new PartitionError(poor);
  return parts;
}

function authorsParts(
  domains: readonly PartitionDomain[],
  { scenario, seed, imagesPerDevice }: PartitionOptions & { readonly scenario: Scenario },
): DevicePart[] {
  const total = domains.reduce((sum, { devices }) => sum + devices, 0);
  const caps = authorsCaps(scenario, total, { seed, base: imagesPerDevice });
  let first = 0;
  return domains.flatMap((domain, index) => {
    const before = first;
    first += domain.devices;
    const exclusions = authorsExclusions(scenario, { ...domain, index }, seed);
    const split = equalSplit(domain.labels.length, domain.devices, randomFor(seed, index));
    return split.map((positions, device) => {
      const excluded = exclusions[device] ?? [];
      const cap = caps[before + device] ?? 0;
      // The split is in random order already, so its beginning is a random choice.
      const kept = positions.filter((at) => !excluded.includes(domain.labels[at] ?? -1)).slice(0, cap);
      return { domain: index, positions: ascending(kept), excluded, cap };
    });
  });
}

type OwnRule = Exclude<PartitionRule, { readonly rule: 'authors' }>;

function ownParts(
  domain: PartitionDomain,
  {
    rule,
    seed,
    index,
    imagesPerDevice,
  }: PartitionOptions & { readonly rule: OwnRule; readonly index: number },
): DevicePart[] {
  const { labels, classes, devices } = domain;
  const random = randomFor(seed, index);
  const cap = imagesPerDevice ?? Math.ceil(labels.length / devices);
  const part = (positions: readonly number[], excluded: readonly number[] = []) => {
    return { domain: index, positions: ascending(positions), excluded, cap };
  };
  switch (rule.rule) {
    case 'iid':
      return equalSplit(labels.length, devices, random).map((positions) => {
        const most = imagesPerDevice ?? positions.length;
        return { ...part(positions.slice(0, most)), cap: most };
      });
    case 'dirichlet':
      return dirichletSplit({ ...domain, alpha: rule.alpha, cap, random }).map((positions) =>
        part(positions),
      );
    case 'by-class':
      return byClassSplit({ ...domain, classesPerDevice: rule.classesPerDevice, cap, random }).map(
        ({ positions, classes: held }) => part(positions, withoutHeld(classes, held)),
      );
    default:
      return rule satisfies never;
  }
}

/** Which images a device gets is not given by the authors' seeds: each domain has a stream of its own for it. */
function randomFor(seed: number, domain: number): Random {
  return new Random(`partition ${seed} ${domain}`);
}

function withoutHeld(classes: number, held: readonly number[]): number[] {
  return Array.from({ length: classes }, (_, label) => label).filter((label) => !held.includes(label));
}

function ascending(positions: readonly number[]): number[] {
  return positions.toSorted((a, b) => a - b);
}
