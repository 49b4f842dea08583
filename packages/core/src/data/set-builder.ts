// Collects fitted images with their classes, and previews of some, into one set.
import { joinBytes } from './bytes.ts';
import { DataError } from './data-error.ts';
import { reduceImage, type DecodedImage } from './fit-image.ts';
import { bytesPerImage, type DataTarget, type ImageSet } from './image-set.ts';
import { invertPixels, isLightGround } from './invert.ts';
import { inMebibytes, MAX_PREVIEWS, MAX_SET_BYTES, PREVIEW_SIDE } from './limits.ts';

/** One connected picture, as it was and as the run sees it. */
export interface ImagePreview {
  readonly name: string;
  readonly classIndex: number;
  /** The original, reduced to PREVIEW_SIDE pixels at most. */
  readonly before: DecodedImage;
  /** h*w*c bytes. */
  readonly after: Uint8Array;
}

/** One image to collect. */
export interface FittedImage {
  readonly name: string;
  readonly classIndex: number;
  readonly pixels: Uint8Array;
  /** The original, asked for only where a preview is kept. */
  readonly original: () => DecodedImage;
}

/** A set in the making. */
export class SetBuilder {
  readonly #target: DataTarget;
  readonly #images: Uint8Array[] = [];
  readonly #labels: number[] = [];
  #previews: ImagePreview[] = [];
  readonly #previewsOfClass: number[];

  constructor(target: DataTarget) {
    this.#target = target;
    this.#previewsOfClass = target.classes.map(() => 0);
  }

  get count(): number {
    return this.#labels.length;
  }

  /** Adds an image; throws `too-large` beyond MAX_SET_BYTES. */
  add(image: FittedImage): void {
    if ((this.count + 1) * bytesPerImage(this.#target.imageShape) > MAX_SET_BYTES) {
      throw new DataError(
        'too-large',
        `More than ${this.count} images of this run's shape take over ${inMebibytes(MAX_SET_BYTES)}: connect fewer.`,
      );
    }
    this.#images.push(image.pixels);
    this.#labels.push(image.classIndex);
    if (this.#wantsPreview(image.classIndex)) this.#addPreview(image);
  }

  /** The set and its previews; `invert` 'auto' inverts where the ground is light. */
  finish(invert: boolean | 'auto'): { set: ImageSet; previews: ImagePreview[]; inverted: boolean } {
    const set: ImageSet = {
      shape: this.#target.imageShape,
      images: joinBytes(this.#images),
      labels: Uint8Array.from(this.#labels),
      classNames: this.#target.classes,
    };
    const previews = this.#previews.toSorted((a, b) => a.classIndex - b.classIndex);
    const inverted = invert === 'auto' ? isLightGround(set) : invert;
    if (inverted)
      for (const pixels of [set.images, ...previews.map(({ after }) => after)]) invertPixels(pixels);
    return { set, previews, inverted };
  }

  /** While there is room, always; later only for a class that has at least two previews fewer than another. */
  #wantsPreview(classIndex: number): boolean {
    if (this.#previews.length < MAX_PREVIEWS) return true;
    return Math.max(...this.#previewsOfClass) > (this.#previewsOfClass[classIndex] ?? 0) + 1;
  }

  #addPreview({ name, classIndex, pixels, original }: FittedImage): void {
    if (this.#previews.length === MAX_PREVIEWS) {
      const richest = this.#previewsOfClass.indexOf(Math.max(...this.#previewsOfClass));
      const last = this.#previews.findLastIndex((preview) => preview.classIndex === richest);
      this.#previews = this.#previews.toSpliced(last, 1);
      this.#shift(richest, -1);
    }
    this.#shift(classIndex, 1);
    const before = reduceImage(original(), PREVIEW_SIDE);
    this.#previews.push({ name, classIndex, before, after: pixels.slice() });
  }

  #shift(classIndex: number, by: 1 | -1): void {
    this.#previewsOfClass[classIndex] = (this.#previewsOfClass[classIndex] ?? 0) + by;
  }
}
