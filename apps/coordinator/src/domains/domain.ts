// What a domain of an experiment is: a data set with its classes, in the shape that the run trains on.
import type { GaussianGrid, ImageSet, ImageTransform } from '@tessera/core/data';
import { CommandFailure } from '../cli/index.ts';

/** A domain as an experiment names it. */
export interface DomainDescription {
  readonly name: string;
  /** A known set below --data, a folder, `drawn:pen`, `drawn:marker`, `drawn:segments`, `gaussians` or `gaussians:1`. */
  readonly source: string;
  readonly transform?: ImageTransform | undefined;
  /** Another folder of pictures: only those whose class folder and name, without its ending, are in both are taken. */
  readonly pairedWith?: string | undefined;
  /** Only these of its classes (indices), in this order; all unless it is given. */
  readonly only?: readonly number[] | undefined;
  /** Of Gaussian points; nine modes unless it is given. */
  readonly grid?: GaussianGrid | undefined;
  /** At most so many training images, chosen at random; so many are drawn of drawn data. */
  readonly limit?: number | undefined;
  readonly testLimit?: number | undefined;
  /** Default: that of the files; 28 for pictures and drawn data. */
  readonly imageSize?: 28 | 32 | undefined;
  /** Default: that of the files, 1 for pictures and drawn data, 3 after the transform `colour`. */
  readonly imageChannels?: 1 | 3 | undefined;
  /** Of every choice made in loading; default 0. */
  readonly seed?: number | undefined;
}

/** A loaded domain. */
export interface Domain {
  readonly name: string;
  readonly classes: readonly string[];
  readonly train: ImageSet;
  readonly test: ImageSet;
  /** Sentences for the report: what is smaller than the original, what was left out or changed. */
  readonly notes: readonly string[];
}

/** A set as it was found, before it is cut down and fitted. */
export interface FoundSets {
  readonly train: ImageSet;
  readonly test: ImageSet;
  readonly notes: readonly string[];
}

/** A failure to load, with the domain's name before it. */
export function domainFailure(name: string, what: string, options?: ErrorOptions): CommandFailure {
  return new CommandFailure(`Domain "${name}": ${what}`, 1, options);
}

/** Numbers for people: 7,011. */
export function thousands(count: number): string {
  return count.toLocaleString('en-US');
}
