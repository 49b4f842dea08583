// Brings IDX images together with their labels, by name and size.
import { DataError } from './data-error.ts';
import { idxImageShape, type IdxArray } from './idx.ts';
import { type DataTarget, shapeText } from './image-set.ts';

/** An IDX file that was read. */
export interface IdxFile {
  readonly path: string;
  readonly array: IdxArray;
}

/** Images with a label each. */
export interface IdxPair {
  readonly path: string;
  readonly images: Uint8Array;
  readonly labels: Uint8Array;
}

/** Pairs images and labels, zeros where labels are not needed and missing; throws `idx-unpaired`, `idx-shape` or `idx-count`. */
export function pairIdxFiles(
  files: readonly IdxFile[],
  target: Pick<DataTarget, 'imageShape' | 'labelled'>,
): IdxPair[] {
  const labels = files.filter(({ array }) => array.shape.length === 1);
  const images = files.filter(({ array }) => array.shape.length >= 3);
  for (const { path, array } of files) {
    if (array.shape.length === 2) {
      throw new DataError(
        'idx-shape',
        `${path} holds neither images nor labels (${shapeText(array.shape)}).`,
      );
    }
  }
  const pairs = images.map((file) => {
    const match = labels.find((other) => stem(other.path) === stem(file.path));
    const only = images.length === 1 && labels.length === 1 ? labels[0] : undefined;
    return pair(file, match ?? only ?? unlabelled(file, target), target.imageShape);
  });
  const used = new Set(pairs.map(({ labelPath }) => labelPath));
  const alone = labels.find(({ path }) => !used.has(path));
  if (alone) throw unpaired(alone.path, 'labels without images');
  return pairs;
}

function pair(
  file: IdxFile,
  labels: IdxFile | undefined,
  shape: DataTarget['imageShape'],
): IdxPair & { labelPath: string } {
  if (!labels) throw unpaired(file.path, 'images without labels');
  const found = idxImageShape(file.array);
  if (found.some((size, i) => size !== shape[i])) {
    throw new DataError(
      'idx-shape',
      `${file.path} holds images of ${shapeText(found)}, and this run trains on ${shapeText(shape)}: ` +
        'join a run of that shape, or connect the images as PNG files, which are fitted.',
    );
  }
  const [count = 0] = file.array.shape;
  const [labelCount = 0] = labels.array.shape;
  if (count !== labelCount) {
    throw new DataError(
      'idx-count',
      `${file.path} holds ${count} images and ${labels.path} ${labelCount} labels: ` +
        'connect the two files that belong together.',
    );
  }
  return { path: file.path, images: file.array.data, labels: labels.array.data, labelPath: labels.path };
}

/** Labels that say nothing, where the run needs none. */
function unlabelled(
  { path, array }: IdxFile,
  { labelled }: Pick<DataTarget, 'labelled'>,
): IdxFile | undefined {
  if (labelled !== false) return undefined;
  const [count = 0] = array.shape;
  return { path, array: { shape: [count], data: new Uint8Array(count) } };
}

function unpaired(path: string, what: string): DataError {
  return new DataError(
    'idx-unpaired',
    `${path} holds ${what}: connect both files of the pair, for example ` +
      'train-images-idx3-ubyte and train-labels-idx1-ubyte.',
  );
}

/** What the names of a pair have in common: "train-images-idx3-ubyte" and "train-labels-idx1-ubyte" give "train". */
function stem(path: string): string {
  return path.toLowerCase().replaceAll(/[-._ ]*(images?|labels?|idx\d?|ubyte)(?![a-z])/g, '');
}
