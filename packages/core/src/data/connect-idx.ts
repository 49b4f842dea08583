// IDX pairs on their way into the set: a label counts as the name of a folder.
import type { FolderLedger } from './class-of-folder.ts';
import { asPicture } from './fit-image.ts';
import { pairIdxFiles, type IdxFile } from './idx-pairs.ts';
import { bytesPerImage, type DataTarget } from './image-set.ts';
import type { SetBuilder } from './set-builder.ts';

/** Adds all pairs; throws `unknown-classes` for a label that is neither a class nor mapped: names cannot tell. */
export function addIdxFiles(
  files: readonly IdxFile[],
  into: { readonly target: DataTarget; readonly folders: FolderLedger; readonly builder: SetBuilder },
): void {
  const { target, folders, builder } = into;
  const size = bytesPerImage(target.imageShape);
  const pairs = pairIdxFiles(files, target);
  const present = new Set(pairs.flatMap(({ labels }) => [...new Set(labels)]));
  const classOfLabel = new Map<number, number | 'skip' | undefined>();
  for (const label of [...present].sort((a, b) => a - b)) {
    const count = pairs.reduce((sum, { labels }) => sum + occurrences(labels, label), 0);
    folders.count(String(label), count);
    classOfLabel.set(label, folders.classOf(String(label)));
  }
  if ([...classOfLabel.values()].includes(undefined)) throw folders.unknownClasses();
  for (const { path, images, labels } of pairs) {
    labels.forEach((label, i) => {
      const classIndex = classOfLabel.get(label);
      if (typeof classIndex !== 'number') return;
      const pixels = images.subarray(i * size, (i + 1) * size);
      const original = () => asPicture(pixels, target.imageShape);
      builder.add({ name: `${path.slice(path.lastIndexOf('/') + 1)} ${i}`, classIndex, pixels, original });
    });
  }
}

function occurrences(labels: Uint8Array, wanted: number): number {
  return labels.reduce((sum, label) => sum + Number(label === wanted), 0);
}
