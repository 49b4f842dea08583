// Everything private of a device as rows to search for: images, labels, noise, generated images.
import { type ImageSet, bytesPerImage, classCounts } from '@tessera/core/data';
import type { PrivateRow } from '@tessera/core/testing';
import type { PrivateMatter } from './replay.ts';

export interface PrivateSources extends PrivateMatter {
  readonly images: ImageSet;
  /** Numbers of noise that one image starts from. */
  readonly zDim: number;
}

/** The rows, one for each image and each batch of labels. */
export function privateRows({ images, labels, normals, generated, zDim }: PrivateSources): PrivateRow[] {
  const size = bytesPerImage(images.shape);
  const classes = images.classNames.length;
  return [
    ...rowsOf(images.images, size).map((values, i) => ({
      what: `image ${i}`,
      kind: 'pixels' as const,
      values,
    })),
    ...[images.labels, ...labels].flatMap((values, i) => [
      plain(i === 0 ? 'all labels' : `labels of batch ${i}`, values),
      plain(i === 0 ? 'all labels, one-hot' : `one-hot labels of batch ${i}`, oneHot(values, classes)),
    ]),
    plain('class counts', classCounts(images)),
    plain(
      'class shares',
      classCounts(images).map((count) => count / images.labels.length),
    ),
    ...rowsOf(Float32Array.from(normals), zDim).map((values, i) => plain(`noise ${i}`, values)),
    ...generated.flatMap((batch, b) =>
      rowsOf(batch, size).map((values, i) => ({
        what: `generated image ${i} of batch ${b}`,
        kind: 'generated' as const,
        values,
      })),
    ),
  ];
}

function plain(what: string, values: ArrayLike<number>): PrivateRow {
  return { what, kind: 'plain', values };
}

function rowsOf<Numbers extends Uint8Array | Float32Array>(values: Numbers, size: number): Numbers[] {
  if (values.length % size !== 0) throw new Error(`${values.length} numbers are no rows of ${size}`);
  return Array.from(
    { length: values.length / size },
    (_, i) => values.subarray(i * size, (i + 1) * size) as Numbers, // subarray keeps the type
  );
}

function oneHot(labels: Iterable<number>, classes: number): Uint8Array {
  return Uint8Array.from(
    [...labels].flatMap((label) => Array.from({ length: classes }, (_, k) => Number(k === label))),
  );
}
