// Images whose every byte the test knows, as the IDX pair that a volunteer would choose.
import type { Random } from '@tessera/core/random';

/** Stands in the names of both files, and nowhere else in the world. */
export const FILE_STEM = 'aunt-mathilda';
/** Class k has 20 + k images: counts that no honest message of so small a run contains. */
export const CLASS_COUNTS: readonly number[] = Array.from({ length: 10 }, (_, k) => 20 + k);
const SIDE = 28;
/** As in MNIST, so that the page sees dark edges and leaves the pixels as they are. */
const BORDER = 2;

/** A file as the browser and as core take it. */
export interface KnownFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Noise inside a dark frame: nothing can look like one of these by chance. */
export function knownFiles(random: Random): KnownFile[] {
  const labels = random.shuffle(CLASS_COUNTS.flatMap((count, k) => new Array<number>(count).fill(k)));
  const pixels = Array.from({ length: labels.length * SIDE * SIDE }, (_, i) =>
    isInside(i % SIDE) && isInside(Math.floor(i / SIDE) % SIDE) ? random.integer(256) : 0,
  );
  return [
    { name: `${FILE_STEM}-images-idx3-ubyte`, bytes: idx([labels.length, SIDE, SIDE], pixels) },
    { name: `${FILE_STEM}-labels-idx1-ubyte`, bytes: idx([labels.length], labels) },
  ];
}

function isInside(place: number): boolean {
  return place >= BORDER && place < SIDE - BORDER;
}

function idx(shape: readonly number[], data: readonly number[]): Uint8Array {
  const header = new DataView(new ArrayBuffer(4 + 4 * shape.length));
  header.setUint32(0, 0x0800 + shape.length);
  shape.forEach((size, i) => header.setUint32(4 + 4 * i, size));
  return Uint8Array.from([...new Uint8Array(header.buffer), ...data]);
}
