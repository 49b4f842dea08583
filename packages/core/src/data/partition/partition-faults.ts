// Finds every reason why a partition is impossible, before and after it is made.
import { MIN_IMAGES } from '../limits.ts';
import { mostExcluded } from './authors.ts';
import type { DevicePart, PartitionDomain, PartitionOptions, PartitionRule } from './partition.ts';

/** What is wrong with the wish itself. */
export function wishFaults(domains: readonly PartitionDomain[], options: PartitionOptions): string[] {
  const { seed, rule, imagesPerDevice } = options;
  const faults: string[] = [];
  if (domains.length === 0) faults.push('There is no domain: name at least one data set.');
  if (!Number.isSafeInteger(seed) || seed < 0)
    faults.push(`The seed must be a whole number of at least 0, not ${seed}.`);
  if (imagesPerDevice !== undefined && !(Number.isInteger(imagesPerDevice) && imagesPerDevice >= MIN_IMAGES))
    faults.push(
      `The images per device must be a whole number of at least ${MIN_IMAGES}, not ${imagesPerDevice}.`,
    );
  if (rule.rule === 'dirichlet' && !(rule.alpha > 0 && Number.isFinite(rule.alpha)))
    faults.push(`The Dirichlet rule's alpha must be above 0, not ${rule.alpha}.`);
  return [...faults, ...domains.flatMap((domain) => domainFaults(domain, rule))];
}

function domainFaults(domain: PartitionDomain, rule: PartitionRule): string[] {
  const { name, labels, devices, classes } = domain;
  const faults: string[] = [];
  if (!Number.isInteger(devices) || devices < 1)
    faults.push(`"${name}" must have a whole number of devices from 1 up, not ${devices}.`);
  else if (devices > labels.length)
    faults.push(
      `"${name}" has ${devices} devices and only ${labels.length} images: use fewer devices, or more images.`,
    );
  const unknown = labels.find((label) => label >= classes);
  if (unknown !== undefined)
    faults.push(`"${name}" has an image of class ${unknown}, and its classes are 0 to ${classes - 1}.`);
  return [...faults, ...ruleFaults(domain, rule)];
}

/** What the rule asks of a domain's classes. */
function ruleFaults({ name, classes }: PartitionDomain, rule: PartitionRule): string[] {
  switch (rule.rule) {
    case 'authors': {
      const most = mostExcluded(rule.scenario);
      if (most < classes || most === 0) return [];
      const has = classes === 1 ? 'one class only' : `${classes} classes`;
      return [
        `"${name}" has ${has}, and scenario ${rule.scenario} keeps up to ${most} classes from a device: ` +
          `take data with more than ${most} classes, or scenario 1, 3 or 6, or another rule.`,
      ];
    }
    case 'by-class': {
      const wish = rule.classesPerDevice;
      if (!Number.isInteger(wish) || wish < 1)
        return [`The classes per device must be a whole number from 1 up, not ${wish}.`];
      if (wish <= classes) return [];
      return [`"${name}" has ${classes} classes, too few for ${wish} classes per device.`];
    }
    case 'iid':
    case 'dirichlet':
      return [];
    default:
      return rule satisfies never;
  }
}

/** Devices that got too few images to train on, one sentence a domain. */
export function resultFaults(domains: readonly PartitionDomain[], parts: readonly DevicePart[]): string[] {
  return domains.flatMap(({ name, labels }, index) => {
    const sizes = parts.filter(({ domain }) => domain === index).map(({ positions }) => positions.length);
    const poor = sizes.filter((size) => size < MIN_IMAGES);
    if (poor.length === 0) return [];
    const who = `${poor.length} of ${sizes.length} device${sizes.length === 1 ? '' : 's'}`;
    return [
      `In "${name}" (${labels.length} images) ${who} would get fewer than ${MIN_IMAGES} images, the smallest ` +
        `${Math.min(...poor)}: use fewer devices or more images per device.`,
    ];
  });
}
