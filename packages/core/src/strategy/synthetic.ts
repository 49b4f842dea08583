// Images that generators of other devices drew, handed to a device to train on beside its own.
import type { GanSpec } from '../architecture/index.ts';
import type { Random } from '../random.ts';
import type { NamedTensors, PlainTensor } from '../tensors/index.ts';

/** What a strategy does with generated images between two rounds. */
export interface SyntheticSharing {
  /** How many are drawn from each device's generator and given to each device: about so many, as many of each class. */
  readonly images: number;
  /** The share of a device's batches that comes from what it was given; its own images are the rest. */
  readonly share: number;
  /**
   * What each device gets, of what all generators drew (by device id, all with the labels of `syntheticLabels`). Nobody gets
   * anything where there is only one.
   */
  deal(drawn: ReadonlyMap<string, PlainTensor>, random: Random): ReadonlyMap<string, PlainTensor>;
}

/** The labels of such images: known to both sides, so that none travels. */
export function syntheticLabels({ images }: SyntheticSharing, { classes }: GanSpec): Int32Array {
  return Int32Array.from({ length: Math.ceil(images / classes) * classes }, (_, row) => row % classes);
}

/** What the frame that hands them over must hold, no more and no less. */
export function syntheticTensors(sharing: SyntheticSharing, spec: GanSpec) {
  const { length } = syntheticLabels(sharing, spec);
  return [{ name: 'images', shape: [length, ...spec.imageShape] }] as const;
}

/** One device's images as its frame carries them. */
export function syntheticFrame(images: PlainTensor): NamedTensors {
  return new Map([['images', images]]);
}
