// A device's private images, fitted to the run: bytes and labels, nothing else.
import type { Random } from '../random.ts';
import { DataError, type FoundSoFar } from './data-error.ts';
import { MIN_IMAGES } from './limits.ts';

/** Height, width and channels (1 or 3) of one image. */
export type ImageShape = readonly [height: number, width: number, channels: number];

/** What the run asks for: the shape of its images and its classes in order. */
export interface DataTarget {
  readonly imageShape: ImageShape;
  readonly classes: readonly string[];
  /** False where the run's networks are told no classes: images without labels are welcome, under the first class. */
  readonly labelled?: boolean;
}

/** Images that a device trains on. */
export interface ImageSet {
  readonly shape: ImageShape;
  /** n*h*w*c bytes, 0 to 255, image after image, NHWC. */
  readonly images: Uint8Array;
  /** The class index of every image. */
  readonly labels: Uint8Array;
  /** The run's classes, whether or not this device has images of them. */
  readonly classNames: readonly string[];
}

/** Bytes of one image of that shape. */
export function bytesPerImage([height, width, channels]: ImageShape): number {
  return height * width * channels;
}

/** "28x28x1", for messages. */
export function shapeText(shape: readonly number[]): string {
  return shape.join('x');
}

/** How many images of each class of the run the set holds; this never leaves the device. */
export function classCounts(set: Pick<ImageSet, 'labels' | 'classNames'>): number[] {
  const counts = new Array<number>(set.classNames.length).fill(0);
  for (const label of set.labels) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}

/** The images at these positions, as a set of its own. */
export function takeImages(set: ImageSet, positions: readonly number[]): ImageSet {
  const size = bytesPerImage(set.shape);
  const images = new Uint8Array(positions.length * size);
  const labels = new Uint8Array(positions.length);
  positions.forEach((position, i) => {
    const label = set.labels[position];
    if (label === undefined) throw new RangeError(`there is no image ${position} in ${set.labels.length}`);
    images.set(set.images.subarray(position * size, (position + 1) * size), i * size);
    labels[i] = label;
  });
  return { ...set, images, labels };
}

/** Some of a set: only these classes (indices), and at most so many images, chosen at random. */
export interface Narrowing {
  readonly only?: readonly number[] | undefined;
  readonly limit?: number | undefined;
  readonly random: Random;
}

/** The part of a set that a non-IID device holds; the images keep their order. */
export function narrowImages(set: ImageSet, { only, limit = Infinity, random }: Narrowing): ImageSet {
  const wanted = Array.from(set.labels, (_, i) => i).filter(
    (i) => only?.includes(set.labels[i] ?? -1) ?? true,
  );
  if (wanted.length === set.labels.length && wanted.length <= limit) return set;
  const chosen = wanted.length > limit ? random.shuffle(wanted).slice(0, limit) : wanted;
  return takeImages(
    set,
    chosen.sort((a, b) => a - b),
  );
}

/** Whether a set (for example a kept copy) is what a run asks for. */
export function fitsTarget(set: ImageSet, target: DataTarget): boolean {
  const same = (a: readonly unknown[], b: readonly unknown[]) =>
    a.length === b.length && a.every((value, i) => value === b[i]);
  return same(set.shape, target.imageShape) && same(set.classNames, target.classes);
}

/** Throws `wrong-data` where a run trains on points of the plane, one pixel with two channels: no picture is one. */
export function requirePictures({ imageShape: [, , channels] }: DataTarget): void {
  if (channels !== 2) return;
  throw new DataError(
    'wrong-data',
    'This run trains on points of the plane, and neither pictures nor drawn digits are points: draw points around one of nine means, with a button on its page or with tessera device --points N.',
  );
}

/** Throws `too-few-images` for a set that cannot be trained on. */
export function requireEnoughImages(count: number, found: FoundSoFar = {}): void {
  if (count >= MIN_IMAGES) return;
  throw new DataError(
    'too-few-images',
    `${count} image${count === 1 ? '' : 's'} can be used, and training needs at least ${MIN_IMAGES}: connect more.`,
    found,
  );
}
